package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client of the protocol, written for tests from its specification. */
public final class WireForm {

  static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A tensor, such as {@code x FP32 [2,2] [[1,2],[3,4]]}.
   *
   * @param data nested or flat
   */
  public record Tensor(String name, String datatype, JsonNode shape, JsonNode data) {

    static Tensor of(String written) {
      String[] parts = written.strip().split(" ", 4);
      return new Tensor(parts[0], parts[1], json(parts[2]), json(parts[3]));
    }

    public static List<Tensor> list(String written) {
      List<Tensor> tensors = new ArrayList<>();
      for (String tensor : written.split(";", -1)) {
        tensors.add(of(tensor));
      }
      return tensors;
    }

    /** Every value as text, so that tensors can be compared. */
    @Override
    public String toString() {
      List<String> values = new ArrayList<>();
      flatten(data, values);
      return "%s %s %s %s".formatted(name, datatype, shape, values);
    }

    private void flatten(JsonNode value, List<String> into) {
      if (value.isArray()) {
        value.forEach(it -> flatten(it, into));
      } else {
        into.add(
            switch (datatype) {
              case "FP16" -> Float.toString(Float.float16ToFloat(half(value)));
              case "FP32" -> Float.toString((float) value.asDouble());
              case "FP64" -> Double.toString(value.asDouble());
              case "BOOL" -> Boolean.toString(value.asBoolean() || value.asInt() == 1);
              default -> value.asText();
            });
      }
    }

    private static short half(JsonNode value) {
      return Float.floatToFloat16((float) value.asDouble());
    }

    public byte[] bytes() {
      ByteBuffer bytes = ByteBuffer.allocate(1 << 18).order(ByteOrder.LITTLE_ENDIAN);
      put(data, bytes);
      byte[] exact = new byte[bytes.position()];
      bytes.get(0, exact);
      return exact;
    }

    private void put(JsonNode value, ByteBuffer bytes) {
      if (value.isArray()) {
        value.forEach(it -> put(it, bytes));
        return;
      }
      switch (datatype) {
        case "BOOL" -> bytes.put((byte) (value.asBoolean() || value.asInt() == 1 ? 1 : 0));
        case "UINT8", "INT8" -> bytes.put((byte) value.asInt());
        case "INT32" -> bytes.putInt(value.asInt());
        case "INT64" -> bytes.putLong(value.asLong());
        case "FP16" -> bytes.putShort(half(value));
        case "FP32" -> bytes.putFloat((float) value.asDouble());
        case "FP64" -> bytes.putDouble(value.asDouble());
        case "BYTES" -> {
          byte[] text = value.asText().getBytes(StandardCharsets.UTF_8);
          bytes.putInt(text.length).put(text);
        }
        default -> throw new IllegalArgumentException(datatype);
      }
    }

    static Tensor of(String name, String datatype, JsonNode shape, ByteBuffer bytes) {
      ArrayNode values = JSON.createArrayNode();
      while (bytes.hasRemaining()) {
        switch (datatype) {
          case "BOOL" -> values.add(bytes.get() == 1);
          case "UINT8" -> values.add(Byte.toUnsignedInt(bytes.get()));
          case "INT8" -> values.add(bytes.get());
          case "INT32" -> values.add(bytes.getInt());
          case "INT64" -> values.add(bytes.getLong());
          case "FP16" -> values.add(Float.float16ToFloat(bytes.getShort()));
          case "FP32" -> values.add(bytes.getFloat());
          case "FP64" -> values.add(bytes.getDouble());
          case "BYTES" -> {
            byte[] text = new byte[bytes.getInt()];
            bytes.get(text);
            values.add(new String(text, StandardCharsets.UTF_8));
          }
          default -> throw new IllegalArgumentException(datatype);
        }
      }
      return new Tensor(name, datatype, shape, values);
    }
  }

  /**
   * A request as it is sent.
   *
   * @param jsonLength the header; null where there is none
   */
  public record Sent(byte[] body, @Nullable String jsonLength) {}

  private WireForm() {}

  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** The request in JSON. */
  public static Sent inJson(List<Tensor> inputs, JsonNode rest) {
    ObjectNode request = request(rest);
    for (Tensor input : inputs) {
      described(input, request).set("data", input.data());
    }
    return new Sent(bytes(request), null);
  }

  /** The request with binary data. */
  public static Sent inBinary(List<Tensor> inputs, JsonNode rest) {
    return mixed(inputs, inputs.size(), rest);
  }

  /** The request with binary data of the first inputs, and the others in JSON. */
  public static Sent mixed(List<Tensor> inputs, int binary, JsonNode rest) {
    ObjectNode request = request(rest);
    List<byte[]> parts = new ArrayList<>();
    for (Tensor input : inputs) {
      ObjectNode described = described(input, request);
      if (parts.size() < binary) {
        byte[] bytes = input.bytes();
        described.putObject("parameters").put("binary_data_size", bytes.length);
        parts.add(bytes);
      } else {
        described.set("data", input.data());
      }
    }
    byte[] json = bytes(request);
    parts.addFirst(json);
    return new Sent(together(parts), Integer.toString(json.length));
  }

  private static ObjectNode request(JsonNode rest) {
    ObjectNode request = rest.deepCopy();
    request.putArray("inputs");
    return request;
  }

  private static ObjectNode described(Tensor input, ObjectNode request) {
    ObjectNode described = request.withArray("inputs").addObject();
    described.put("name", input.name()).put("datatype", input.datatype());
    described.set("shape", input.shape());
    return described;
  }

  static byte[] together(List<byte[]> parts) {
    ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(it -> it.length).sum());
    parts.forEach(all::put);
    return all.array();
  }

  private static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The outputs of an answer, whichever form each has. */
  static List<Tensor> outputs(Response response) {
    String jsonLength = response.getHeaderString("Inference-Header-Content-Length");
    return outputs((byte[]) response.getEntity(), jsonLength);
  }

  /** The outputs of an answer, whichever form each has. */
  public static List<Tensor> outputs(byte[] body, @Nullable String jsonLength) {
    ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
    int json = jsonLength == null ? body.length : Integer.parseInt(jsonLength);
    bytes.position(json);
    List<Tensor> outputs = new ArrayList<>();
    for (JsonNode output : answer(body, json).path("outputs")) {
      String name = output.path("name").asText();
      String datatype = output.path("datatype").asText();
      if (output.path("parameters").has("binary_data_size")) {
        int size = output.path("parameters").path("binary_data_size").asInt();
        ByteBuffer its = bytes.slice(bytes.position(), size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + size);
        outputs.add(Tensor.of(name, datatype, output.path("shape"), its));
      } else {
        outputs.add(new Tensor(name, datatype, output.path("shape"), output.path("data")));
      }
    }
    if (bytes.hasRemaining()) {
      throw new AssertionError(bytes.remaining() + " bytes are left behind the outputs");
    }
    return outputs;
  }

  static JsonNode answer(byte[] body, int jsonLength) {
    try {
      return JSON.readTree(body, 0, jsonLength);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
