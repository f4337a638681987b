package io.ferry.engine.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of tensors: the length of its header as a little-endian int64, the header as JSON, then
 * the numbers (github.com/huggingface/safetensors). For small files: it is held in memory.
 */
final class Safetensors {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MOST_BYTES = 256L << 20;

  private final String name;
  private final JsonNode header;
  private final ByteBuffer numbers;

  private Safetensors(String name, JsonNode header, ByteBuffer numbers) {
    this.name = name;
    this.header = header;
    this.numbers = numbers;
  }

  /**
   * Reads a file that is there.
   *
   * @param name the file's, for reasons
   */
  static Safetensors read(Path path, String name) throws ModelLoadException {
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new ModelLoadException(name + " is too large for a layer after pooling");
      }
      ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
      if (file.remaining() < Long.BYTES) {
        throw cutOff(name);
      }
      long length = file.getLong();
      if (length < 0 || length > file.remaining()) {
        throw cutOff(name);
      }
      byte[] header = new byte[(int) length];
      file.get(header);
      return new Safetensors(
          name, JSON.readTree(header), file.slice().order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException unreadable) {
      throw new ModelLoadException(name + " cannot be read as safetensors", unreadable);
    }
  }

  /**
   * The numbers of a tensor, in row-major order.
   *
   * @param count as many as there must be
   */
  float[] floats(String tensor, int count) throws ModelLoadException {
    JsonNode entry = header.path(tensor);
    if (entry.isMissingNode()) {
      throw new ModelLoadException("%s has no tensor %s".formatted(name, tensor));
    }
    String datatype = entry.path("dtype").asText();
    int size =
        switch (datatype) {
          case "F32" -> Float.BYTES;
          case "F16", "BF16" -> Short.BYTES;
          default ->
              throw new ModelLoadException(
                  "%s holds %s as %s; Ferry reads F32, F16 and BF16"
                      .formatted(name, tensor, datatype));
        };
    long from = entry.path("data_offsets").path(0).asLong(-1);
    long to = entry.path("data_offsets").path(1).asLong(-1);
    if (from < 0 || to > numbers.limit() || to - from > Integer.MAX_VALUE) {
      throw cutOff(name);
    }
    if (to - from != (long) count * size) {
      throw new ModelLoadException(
          "%s: %s has %d numbers, the configuration says %d"
              .formatted(name, tensor, (to - from) / size, count));
    }
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      int at = (int) from + i * size;
      floats[i] =
          switch (datatype) {
            case "F32" -> numbers.getFloat(at);
            case "F16" -> Float.float16ToFloat(numbers.getShort(at));
            // The upper half of a float32.
            default -> Float.intBitsToFloat(numbers.getShort(at) << Short.SIZE);
          };
    }
    return floats;
  }

  private static ModelLoadException cutOff(String name) {
    return new ModelLoadException(name + " is cut off");
  }
}
