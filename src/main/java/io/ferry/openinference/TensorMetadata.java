package io.ferry.openinference;

import io.ferry.model.TensorSpec;
import java.util.List;

/**
 * An input or output of a model, as the protocol describes it.
 *
 * @param name what requests call it
 * @param datatype the protocol's name of its datatype, such as {@code FP32} or {@code BYTES}
 * @param shape the length of each axis, the batch axis first; -1 where it varies
 */
public record TensorMetadata(String name, String datatype, List<Integer> shape) {

  /** Copies the shape. */
  public TensorMetadata {
    shape = List.copyOf(shape);
  }

  static TensorMetadata of(TensorSpec spec) {
    return new TensorMetadata(spec.name(), spec.datatype().name(), spec.shape());
  }
}
