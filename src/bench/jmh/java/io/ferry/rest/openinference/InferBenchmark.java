package io.ferry.rest.openinference;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ferry.inference.ModelChoice;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to read a request to infer that holds one vector: as it streams by, as binary data,
 * and by Jackson's databind as the peer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class InferBenchmark {

  private static final long SEED = 7;

  /** The numbers of a vector. */
  @Param({"384", "768"})
  public int numbers;

  private final ObjectMapper databind = new ObjectMapper();
  private byte[] json = {};
  private byte[] binary = {};
  private String headerLength = "";

  /** A request as databind reads it. */
  record Request(List<Input> inputs) {}

  /** Its input. */
  record Input(String name, int[] shape, String datatype, float[] data) {}

  /** The same request in both forms. */
  @Setup
  public void request() throws IOException {
    Random random = new Random(SEED);
    float[] vector = new float[numbers];
    ByteBuffer bytes = ByteBuffer.allocate(numbers * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < numbers; i++) {
      vector[i] = (float) random.nextGaussian() / 20;
      bytes.putFloat(vector[i]);
    }
    String input = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,%d],\"datatype\":\"FP32\",%s}]}";
    String data = new String(Json.bytes(out -> Json.write(vector, out)), StandardCharsets.US_ASCII);
    json = input.formatted(numbers, "\"data\":" + data).getBytes(StandardCharsets.US_ASCII);
    byte[] header =
        input
            .formatted(numbers, "\"parameters\":{\"binary_data_size\":%d}".formatted(numbers * 4))
            .getBytes(StandardCharsets.US_ASCII);
    headerLength = Integer.toString(header.length);
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(header);
    both.write(bytes.array());
    binary = both.toByteArray();
  }

  /** Numbers in JSON. */
  @Benchmark
  public Object readJson() throws MalformedException, UnfitException {
    return InferBody.read(json, null, ModelChoice.DEFAULT);
  }

  /** The peer. */
  @Benchmark
  public Object readJsonDatabind() throws IOException {
    return databind.readValue(json, Request.class);
  }

  /** The binary extension: JSON and the numbers' bytes behind it. */
  @Benchmark
  public Object readBinary() throws MalformedException, UnfitException {
    return InferBody.read(binary, headerLength, ModelChoice.DEFAULT);
  }
}
