package io.ferry.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.ferry.engine.RawOutput;
import io.ferry.inference.Datatype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Copies an output out of the library's memory. */
final class OutputReading {

  private OutputReading() {}

  /**
   * The numbers of a tensor, which may be closed afterwards.
   *
   * @throws IllegalStateException if it holds what the file did not declare
   */
  static RawOutput of(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    Datatype datatype =
        ElementTypes.output(info.onnxType)
            .orElseThrow(
                () ->
                    new IllegalStateException("an output of " + ElementTypes.named(info.onnxType)));
    ByteBuffer data =
        info.onnxType == OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16
            ? bytes(tensor.getFloatBuffer())
            : tensor.getByteBuffer();
    return new RawOutput(datatype, info.getShape(), data);
  }

  private static ByteBuffer bytes(FloatBuffer floats) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(floats.remaining(), Float.BYTES))
            .order(ByteOrder.nativeOrder());
    bytes.asFloatBuffer().put(floats);
    return bytes;
  }
}
