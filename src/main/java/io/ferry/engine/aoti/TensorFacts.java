package io.ferry.engine.aoti;

import java.util.List;

/**
 * An input or output as a package's metadata describes it.
 *
 * @param name what the model calls it
 * @param datatype the kind of its numbers, in the protocol's words; of outputs also {@code BF16}
 * @param shape its axes, the batch first
 */
record TensorFacts(String name, String datatype, List<Axis> shape) {

  TensorFacts {
    shape = List.copyOf(shape);
  }

  /** The length of an axis. */
  sealed interface Axis {

    /** Always the same. */
    record Fixed(int length) implements Axis {}

    /** One of a range; wherever the label stands, the length is the same. */
    record Open(String label) implements Axis {}
  }
}
