package io.ferry.engine.aoti;

import io.ferry.batching.Batch;
import io.ferry.batching.Sample;
import io.ferry.inference.Datatype;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Tensor;
import io.ferry.inference.TensorRow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packages and their metadata, as tests need them. */
final class Packages {

  static final String PLACE = "model/data/aotinductor/model/";

  /** Of a model of two inputs; the second has no open axis but the batch. */
  static final String FACTS =
      """
      {"torch": "2.13.0", "device": "cpu", "cpu": ["avx2"],
       "inputs": [{"name": "ids", "datatype": "INT64", "shape": ["batch", "sequence"]},
                  {"name": "x", "datatype": "FP32", "shape": ["batch", 2]}],
       "outputs": [{"name": "y", "datatype": "FP32", "shape": ["batch", "sequence", 8]}],
       "axes": {"batch": {"min": 1}, "sequence": {"min": 2, "max": 64}}}
      """;

  private Packages() {}

  /** Metadata as PyTorch writes it around these facts. */
  static String metadata(String facts) {
    String escaped = facts.replace("\n", " ").replace("\"", "\\\"");
    return "{\"AOTI_DEVICE_KEY\": \"cpu\", \"ferry\": \"" + escaped + "\"}";
  }

  /** An archive of these parts. */
  static Path zip(Path file, Map<String, String> parts) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> part : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        zip.write(part.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }

  static Batch batch(ModelInput... rows) {
    return new Batch(List.of(rows).stream().map(Sample::new).toList());
  }

  static TensorRow floats(float... numbers) {
    ByteBuffer data =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(numbers);
    return new TensorRow(List.of(new Tensor(Datatype.FP32, new int[] {numbers.length}, data)));
  }

  static TensorRow longs(long... numbers) {
    ByteBuffer data =
        ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(numbers);
    return new TensorRow(List.of(new Tensor(Datatype.INT64, new int[] {numbers.length}, data)));
  }
}
