package io.ferry.openinference;

import io.ferry.inference.Tensor;
import java.util.Arrays;
import java.util.List;

/** A tensor as the protocol carries it: with a name, and with the batch axis first. */
public sealed interface WireTensor {

  /** The name of the protocol's datatype for bytes of any length. */
  String BYTES = "BYTES";

  /** What the model calls it. */
  String name();

  /** The protocol's name of its datatype, such as {@code FP32}. */
  String datatype();

  /** The length of each axis. */
  int[] shape();

  /** Numbers. */
  record Numbers(String name, Tensor tensor) implements WireTensor {
    @Override
    public String datatype() {
      return tensor.datatype().name();
    }

    @Override
    public int[] shape() {
      return tensor.shape();
    }
  }

  /**
   * Bytes of any length, such as texts in UTF-8.
   *
   * @param values in row-major order, as many as the shape says; handed over, not copied
   */
  record Bytes(String name, int[] shape, List<byte[]> values) implements WireTensor {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if there are more or fewer values than the shape says
     */
    public Bytes {
      values = List.copyOf(values);
      long elements = 1;
      for (int axis : shape) {
        elements = Math.multiplyExact(elements, axis);
      }
      if (elements != values.size()) {
        throw new IllegalArgumentException(
            "%d values for the shape %s".formatted(values.size(), Arrays.toString(shape)));
      }
    }

    @Override
    public String datatype() {
      return BYTES;
    }
  }
}
