package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ferry.inference.Datatype;
import io.ferry.inference.Tensor;
import io.ferry.openinference.InferResponse;
import io.ferry.openinference.WireTensor;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Json;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Writes an answer: JSON, and behind it the data of those outputs that are sent as bytes. */
final class InferAnswer {

  private final InferResponse response;
  private final OutputForms forms;

  private InferAnswer(InferResponse response, OutputForms forms) {
    this.response = response;
    this.forms = forms;
  }

  /**
   * The answer over HTTP.
   *
   * @throws UnfitException if an output has no form in JSON, and was not asked for as bytes
   */
  static Response.ResponseBuilder of(InferResponse response, OutputForms forms)
      throws UnfitException {
    InferAnswer answer = new InferAnswer(response, forms);
    List<WireTensor> behind = new ArrayList<>();
    for (WireTensor output : response.outputs()) {
      if (forms.binary(output.name())) {
        behind.add(output);
      } else if (output.datatype().equals(Datatype.FP16.name())) {
        throw new UnfitException(
            "output \"%s\" is FP16, which has no form in JSON; ask for it with binary_data"
                .formatted(output.name()));
      }
    }
    byte[] json = Json.bytes(answer::write);
    return behind.isEmpty()
        ? Response.ok(json, MediaType.APPLICATION_JSON_TYPE)
        : Response.ok(together(json, behind), MediaType.APPLICATION_OCTET_STREAM_TYPE)
            .header(InferBody.HEADER_LENGTH, json.length);
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("model_name", response.model());
    json.writeStringField("model_version", response.version());
    if (response.id().isPresent()) {
      json.writeStringField("id", response.id().get());
    }
    json.writeArrayFieldStart("outputs");
    for (WireTensor output : response.outputs()) {
      json.writeStartObject();
      json.writeStringField("name", output.name());
      json.writeStringField("datatype", output.datatype());
      json.writeFieldName("shape");
      json.writeArray(output.shape(), 0, output.shape().length);
      if (forms.binary(output.name())) {
        json.writeObjectFieldStart("parameters");
        json.writeNumberField("binary_data_size", size(output));
        json.writeEndObject();
      } else {
        switch (output) {
          case WireTensor.Numbers(String name, Tensor tensor) -> numbers(tensor, json);
          case WireTensor.Bytes bytes -> texts(bytes, json);
        }
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  // ---- JSON

  private static void numbers(Tensor tensor, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("data");
    for (int i = 0; i < tensor.elements(); i++) {
      switch (tensor.datatype()) {
        case BOOL -> json.writeBoolean(tensor.whole(i) != 0);
        case UINT8, INT8, INT32, INT64 -> json.writeNumber(tensor.whole(i));
        case FP16, FP32 -> json.writeNumber((float) tensor.at(i));
        case FP64 -> json.writeNumber(tensor.at(i));
      }
    }
    json.writeEndArray();
  }

  /** Bytes that are no texts go as base64, all of the tensor, and a parameter says so. */
  private static void texts(WireTensor.Bytes bytes, JsonGenerator json) throws IOException {
    Optional<List<String>> texts = utf8(bytes.values());
    if (texts.isEmpty()) {
      json.writeObjectFieldStart("parameters");
      json.writeStringField("content_type", "base64");
      json.writeEndObject();
    }
    json.writeArrayFieldStart("data");
    List<String> written =
        texts.orElseGet(
            () -> bytes.values().stream().map(Base64.getEncoder()::encodeToString).toList());
    for (String text : written) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static Optional<List<String>> utf8(List<byte[]> values) {
    List<String> texts = new ArrayList<>(values.size());
    for (byte[] value : values) {
      try {
        texts.add(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
      } catch (CharacterCodingException noText) {
        return Optional.empty();
      }
    }
    return Optional.of(texts);
  }

  // ---- bytes

  private static long size(WireTensor tensor) {
    return switch (tensor) {
      case WireTensor.Numbers(String name, Tensor numbers) -> numbers.data().remaining();
      case WireTensor.Bytes(String name, int[] shape, List<byte[]> values) ->
          values.stream().mapToLong(value -> (long) Integer.BYTES + value.length).sum();
    };
  }

  private static byte[] together(byte[] json, List<WireTensor> tensors) throws UnfitException {
    long size = json.length + tensors.stream().mapToLong(InferAnswer::size).sum();
    if (size > Integer.MAX_VALUE) {
      throw new UnfitException("the answer would be larger than 2 GiB; send fewer rows at once");
    }
    ByteBuffer body = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN).put(json);
    for (WireTensor tensor : tensors) {
      switch (tensor) {
        case WireTensor.Numbers(String name, Tensor numbers) ->
            body.put(numbers.data().duplicate());
        case WireTensor.Bytes(String name, int[] shape, List<byte[]> values) ->
            values.forEach(value -> body.putInt(value.length).put(value));
      }
    }
    return body.array();
  }
}
