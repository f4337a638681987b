package io.ferry.engine.aoti;

import io.ferry.batching.WrongOutputException;
import io.ferry.engine.RawOutput;
import io.ferry.inference.Datatype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes an output of what lies in a tensor's memory: in the order of its axes, without gaps, brain
 * floats as float32.
 */
final class OutputReading {

  private static final int BRAIN_FLOAT_BYTES = 2;

  private final TorchShim.TensorView view;
  private final Datatype datatype;
  private final boolean brainFloat;

  /**
   * A reading of a tensor.
   *
   * @throws WrongOutputException if it is of a kind that Ferry has not
   */
  OutputReading(TorchShim.TensorView view, TorchKinds kinds) {
    this.view = view;
    this.brainFloat = view.dtype() == kinds.brainFloat();
    this.datatype =
        brainFloat
            ? Datatype.FP32
            : kinds
                .datatype(view.dtype())
                .orElseThrow(
                    () ->
                        new WrongOutputException(
                            "the model gives numbers of a kind that Ferry does not answer with"));
  }

  private int elementBytes() {
    return brainFloat ? BRAIN_FLOAT_BYTES : datatype.bytes();
  }

  /**
   * How much memory the tensor covers, gaps included.
   *
   * @throws WrongOutputException if it is more than an answer can be
   */
  int span() {
    long elements = 1;
    for (int axis = 0; axis < view.shape().length; axis++) {
      if (view.shape()[axis] == 0) {
        return 0;
      }
      elements += (view.shape()[axis] - 1) * view.strides()[axis];
    }
    long bytes = elements * elementBytes();
    if (bytes > Integer.MAX_VALUE - 8L) {
      throw new WrongOutputException("the model gives an output of %d bytes".formatted(bytes));
    }
    return (int) bytes;
  }

  /**
   * The output.
   *
   * @param memory of {@link #span()} bytes, from the tensor's first element on
   */
  RawOutput read(ByteBuffer memory) {
    ByteBuffer dense = dense() ? memory : gathered(memory);
    return new RawOutput(datatype, view.shape(), brainFloat ? widened(dense) : dense);
  }

  private boolean dense() {
    long step = 1;
    for (int axis = view.shape().length - 1; axis >= 0; axis--) {
      if (view.shape()[axis] != 1 && view.strides()[axis] != step) {
        return false;
      }
      step *= view.shape()[axis];
    }
    return true;
  }

  private ByteBuffer gathered(ByteBuffer memory) {
    long elements = 1;
    for (long length : view.shape()) {
      elements *= length;
    }
    ByteBuffer into = buffer(elements * elementBytes());
    gather(memory, 0, 0, into);
    return into.flip();
  }

  private void gather(ByteBuffer memory, int axis, long element, ByteBuffer into) {
    if (axis == view.shape().length) {
      into.put(into.position(), memory, (int) element * elementBytes(), elementBytes());
      into.position(into.position() + elementBytes());
      return;
    }
    for (long i = 0; i < view.shape()[axis]; i++) {
      gather(memory, axis + 1, element + i * view.strides()[axis], into);
    }
  }

  /** A brain float is the upper half of a float32. */
  private static ByteBuffer widened(ByteBuffer brainFloats) {
    ByteBuffer floats = buffer(2L * brainFloats.remaining());
    while (brainFloats.hasRemaining()) {
      floats.putInt(brainFloats.getShort() << Short.SIZE);
    }
    return floats.flip();
  }

  private static ByteBuffer buffer(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
  }
}
