package io.ferry.server;

import com.google.protobuf.ByteString;
import io.ferry.grpc.wire.InferTensorContents;
import io.ferry.grpc.wire.ModelInferRequest;
import io.ferry.grpc.wire.ModelInferRequest.InferInputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Messages of {@code ModelInfer}. */
final class GrpcRequests {

  private GrpcRequests() {}

  /** Texts, typed. */
  static ModelInferRequest texts(String model, String... texts) {
    return typed(model, text("text", texts));
  }

  static ModelInferRequest typed(String model, InferInputTensor... inputs) {
    return ModelInferRequest.newBuilder().setModelName(model).addAllInputs(List.of(inputs)).build();
  }

  /** Texts as bytes behind their lengths. */
  static ModelInferRequest rawTexts(String model, String... texts) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(header("text", "BYTES", texts.length))
        .addRawInputContents(raw(texts))
        .build();
  }

  static InferInputTensor text(String name, String... texts) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    for (String text : texts) {
      contents.addBytesContents(ByteString.copyFromUtf8(text));
    }
    return header(name, "BYTES", texts.length).toBuilder().setContents(contents).build();
  }

  static InferInputTensor header(String name, String datatype, long... shape) {
    InferInputTensor.Builder input =
        InferInputTensor.newBuilder().setName(name).setDatatype(datatype);
    for (long axis : shape) {
      input.addShape(axis);
    }
    return input.build();
  }

  static InferInputTensor filled(
      String name, String datatype, Consumer<InferTensorContents.Builder> fill, long... shape) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    fill.accept(contents);
    return header(name, datatype, shape).toBuilder().setContents(contents).build();
  }

  static ByteString raw(String... texts) {
    ByteString all = ByteString.EMPTY;
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      length.putInt(0, bytes.length);
      all = all.concat(ByteString.copyFrom(length)).concat(ByteString.copyFrom(bytes));
    }
    return all;
  }
}
