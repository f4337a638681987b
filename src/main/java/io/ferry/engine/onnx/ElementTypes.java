package io.ferry.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.ferry.inference.Datatype;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * ONNX's kinds of numbers and Ferry's. It goes by {@link OnnxTensorType}: the library's Java types
 * do not tell signed from unsigned.
 */
final class ElementTypes {

  private static final String PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

  private ElementTypes() {}

  /** What an input of this kind is filled with; empty if Ferry has no such numbers. */
  static Optional<Datatype> input(OnnxTensorType type) {
    return switch (type) {
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> Optional.of(Datatype.BOOL);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> Optional.of(Datatype.UINT8);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> Optional.of(Datatype.INT8);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> Optional.of(Datatype.INT32);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> Optional.of(Datatype.INT64);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> Optional.of(Datatype.FP16);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> Optional.of(Datatype.FP32);
      case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> Optional.of(Datatype.FP64);
      default -> Optional.empty();
    };
  }

  /**
   * What an output of this kind is read as; empty if Ferry has no such numbers. Brain floats are
   * the upper half of a float32, so they are read as that.
   */
  static Optional<Datatype> output(OnnxTensorType type) {
    return type == OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16
        ? Optional.of(Datatype.FP32)
        : input(type);
  }

  /** The library's type for a tensor of these numbers. */
  static OnnxJavaType javaType(Datatype datatype) {
    return switch (datatype) {
      case BOOL -> OnnxJavaType.BOOL;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT8 -> OnnxJavaType.INT8;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case FP16 -> OnnxJavaType.FLOAT16;
      case FP32 -> OnnxJavaType.FLOAT;
      case FP64 -> OnnxJavaType.DOUBLE;
    };
  }

  /** ONNX's own name of a kind, such as {@code UINT16}. */
  static String named(OnnxTensorType type) {
    return type.name().substring(PREFIX.length());
  }

  /** All kinds that Ferry takes, for messages. */
  static String all() {
    return Arrays.stream(Datatype.values()).map(Enum::name).collect(Collectors.joining(", "));
  }
}
