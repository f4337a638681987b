package io.ferry.engine.djl;

import ai.djl.ndarray.types.DataType;
import io.ferry.inference.Datatype;
import java.util.Optional;

/**
 * The kinds of numbers under DJL's names. PyTorch's engine ends the process on kinds that it does
 * not know, so there are no others than these.
 */
final class DataTypes {

  private DataTypes() {}

  static DataType of(Datatype datatype) {
    return switch (datatype) {
      case BOOL -> DataType.BOOLEAN;
      case UINT8 -> DataType.UINT8;
      case INT8 -> DataType.INT8;
      case INT32 -> DataType.INT32;
      case INT64 -> DataType.INT64;
      case FP16 -> DataType.FLOAT16;
      case FP32 -> DataType.FLOAT32;
      case FP64 -> DataType.FLOAT64;
    };
  }

  /** Empty for a kind that Ferry does not answer with. */
  static Optional<Datatype> of(DataType type) {
    return switch (type) {
      case BOOLEAN -> Optional.of(Datatype.BOOL);
      case UINT8 -> Optional.of(Datatype.UINT8);
      case INT8 -> Optional.of(Datatype.INT8);
      case INT32 -> Optional.of(Datatype.INT32);
      case INT64 -> Optional.of(Datatype.INT64);
      case FLOAT16 -> Optional.of(Datatype.FP16);
      case FLOAT32 -> Optional.of(Datatype.FP32);
      case FLOAT64 -> Optional.of(Datatype.FP64);
      case BFLOAT16, INT16, UINT16, UINT32, UINT64, COMPLEX64, STRING, UNKNOWN -> Optional.empty();
      default -> Optional.empty();
    };
  }
}
