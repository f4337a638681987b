package io.ferry.model;

import io.ferry.inference.Datatype;
import java.util.List;

/**
 * An input or output of a model, as the Open Inference Protocol describes it.
 *
 * @param name what the model calls it
 * @param datatype the kind of its numbers
 * @param shape the length of each axis, the batch axis first; -1 where it varies
 */
public record TensorSpec(String name, Datatype datatype, List<Integer> shape) {

  /**
   * Copies the shape.
   *
   * @throws IllegalArgumentException if there is no batch axis, or a length is neither -1 nor
   *     positive
   */
  public TensorSpec {
    shape = List.copyOf(shape);
    if (shape.isEmpty() || shape.stream().anyMatch(axis -> axis < -1 || axis == 0)) {
      throw new IllegalArgumentException(
          "the shape of %s must begin with the batch axis and hold lengths or -1, not %s"
              .formatted(name, shape));
    }
  }

  /** The shape of one row: without the batch axis. */
  public List<Integer> rowShape() {
    return shape.subList(1, shape.size());
  }
}
