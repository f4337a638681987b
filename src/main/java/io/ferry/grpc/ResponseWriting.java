package io.ferry.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ferry.grpc.wire.ModelInferResponse;
import io.ferry.grpc.wire.ModelInferResponse.InferOutputTensor;
import io.ferry.inference.Tensor;
import io.ferry.openinference.InferResponse;
import io.ferry.openinference.WireTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes an answer to {@code ModelInfer}. Numbers that go raw are not copied. */
final class ResponseWriting {

  private ResponseWriting() {}

  /**
   * Writes.
   *
   * @param raw whether the request came so; the answer then does, too, and also where an output has
   *     no field for its values
   */
  static ModelInferResponse write(InferResponse response, boolean raw) {
    boolean allRaw = raw || !response.outputs().stream().allMatch(TypedContents::holds);
    ModelInferResponse.Builder message =
        ModelInferResponse.newBuilder()
            .setModelName(response.model())
            .setModelVersion(response.version());
    response.id().ifPresent(message::setId);
    for (WireTensor output : response.outputs()) {
      InferOutputTensor.Builder tensor =
          InferOutputTensor.newBuilder().setName(output.name()).setDatatype(output.datatype());
      for (int axis : output.shape()) {
        tensor.addShape(axis);
      }
      if (allRaw) {
        message.addRawOutputContents(raw(output));
      } else {
        tensor.setContents(TypedContents.write(output));
      }
      message.addOutputs(tensor);
    }
    return message.build();
  }

  private static ByteString raw(WireTensor output) {
    return switch (output) {
      // Nobody writes to it any more.
      case WireTensor.Numbers(String name, Tensor tensor) ->
          UnsafeByteOperations.unsafeWrap(tensor.data());
      case WireTensor.Bytes bytes -> joined(bytes.values());
    };
  }

  /** Each value behind its length. */
  private static ByteString joined(List<byte[]> values) {
    int length = values.stream().mapToInt(it -> Integer.BYTES + it.length).sum();
    ByteBuffer joined = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    for (byte[] value : values) {
      joined.putInt(value.length).put(value);
    }
    return UnsafeByteOperations.unsafeWrap(joined.flip());
  }
}
