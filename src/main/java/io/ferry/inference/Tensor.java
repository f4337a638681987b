package io.ferry.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/**
 * Numbers of one kind in a shape, in row-major order: an input or an output of one row, without the
 * batch axis.
 *
 * <p>The buffer is handed over, not copied: nobody writes to it or moves its position any more.
 *
 * @param datatype the kind of its numbers
 * @param shape the length of each axis, 0 or more; no axis at all for a single number
 * @param data the numbers, little-endian, from position to limit
 */
public record Tensor(Datatype datatype, int[] shape, ByteBuffer data) {

  private static final int EXPONENT_OF_SINGLE = 0x7f80_0000;
  private static final int CHECKED_AT_ONCE = 4096;

  /**
   * Checks that the numbers fill the shape.
   *
   * @throws IllegalArgumentException if there are more or fewer, or an axis is negative
   */
  public Tensor {
    long bytes = datatype.bytes();
    for (int axis : shape) {
      if (axis < 0) {
        throw new IllegalArgumentException("an axis has a negative length: " + axis);
      }
      bytes = Math.multiplyExact(bytes, axis);
    }
    if (data.remaining() != bytes) {
      throw new IllegalArgumentException(
          "the shape takes %d bytes, there are %d".formatted(bytes, data.remaining()));
    }
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A vector of float32 numbers. */
  public static Tensor of(float... values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new Tensor(Datatype.FP32, new int[] {values.length}, data);
  }

  /** How many numbers there are. */
  public int elements() {
    return data.remaining() / datatype.bytes();
  }

  /** The number at a place in row-major order, as the nearest double. */
  public double at(int index) {
    return switch (datatype) {
      case BOOL, UINT8, INT8, INT32, INT64 -> whole(index);
      case FP16 -> Float.float16ToFloat(data.getShort(index * Short.BYTES));
      case FP32 -> data.getFloat(index * Float.BYTES);
      case FP64 -> data.getDouble(index * Double.BYTES);
    };
  }

  /**
   * The number at a place in row-major order, exactly.
   *
   * @throws IllegalArgumentException if numbers of this kind have fractions
   */
  public long whole(int index) {
    return switch (datatype) {
      case BOOL, INT8 -> data.get(index);
      case UINT8 -> Byte.toUnsignedInt(data.get(index));
      case INT32 -> data.getInt(index * Integer.BYTES);
      case INT64 -> data.getLong(index * Long.BYTES);
      case FP16, FP32, FP64 -> throw new IllegalArgumentException(datatype + " has fractions");
    };
  }

  /** All numbers as float32, the nearest where they are of another kind; a copy. */
  public float[] floats() {
    float[] floats = new float[elements()];
    if (datatype == Datatype.FP32) {
      data.asFloatBuffer().get(floats);
    } else {
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) at(i);
      }
    }
    return floats;
  }

  /** Whether no number is infinite or NaN. */
  public boolean finite() {
    if (!datatype.floating()) {
      return true;
    }
    if (datatype == Datatype.FP32) {
      // The usual case, on the device's thread: worth a loop that the compiler makes vectors of.
      return finite(data.asIntBuffer());
    }
    int elements = elements();
    for (int i = 0; i < elements; i++) {
      if (!Double.isFinite(at(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether no exponent is all ones. */
  private static boolean finite(IntBuffer singles) {
    int[] some = new int[Math.min(singles.remaining(), CHECKED_AT_ONCE)];
    while (singles.hasRemaining()) {
      int count = Math.min(singles.remaining(), some.length);
      singles.get(some, 0, count);
      int largest = 0;
      for (int i = 0; i < count; i++) {
        largest = Math.max(largest, some[i] & EXPONENT_OF_SINGLE);
      }
      if (largest == EXPONENT_OF_SINGLE) {
        return false;
      }
    }
    return true;
  }
}
