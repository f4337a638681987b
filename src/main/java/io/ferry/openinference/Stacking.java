package io.ferry.openinference;

import io.ferry.inference.Datatype;
import io.ferry.inference.Prediction;
import io.ferry.inference.Tensor;
import io.ferry.protocol.UnfitException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Makes one tensor of what several rows were answered, the rows along its first axis. */
final class Stacking {

  private Stacking() {}

  /** A vector of FP32 a row, all of one length: [rows, length]. */
  static WireTensor vectors(
      String name, List<Prediction> rows, Function<Prediction, float[]> vector)
      throws UnfitException {
    float[] first = vector.apply(rows.getFirst());
    ByteBuffer data = allocate(name, Datatype.FP32, rows.size(), first.length);
    put(first, data);
    for (Prediction row : rows.subList(1, rows.size())) {
      put(vector.apply(row), data);
    }
    return numbers(name, Datatype.FP32, data, rows.size(), first.length);
  }

  private static void put(float[] vector, ByteBuffer data) {
    data.asFloatBuffer().put(vector);
    data.position(data.position() + vector.length * Float.BYTES);
  }

  /** A number of FP32 a row: [rows]. */
  static WireTensor numbers(String name, List<Prediction> rows, ToDoubleFunction<Prediction> number)
      throws UnfitException {
    ByteBuffer data = allocate(name, Datatype.FP32, rows.size());
    for (Prediction row : rows) {
      data.putFloat((float) number.applyAsDouble(row));
    }
    return numbers(name, Datatype.FP32, data, rows.size());
  }

  /** A text a row: [rows]. */
  static WireTensor texts(String name, List<Prediction> rows, Function<Prediction, byte[]> text) {
    return new WireTensor.Bytes(name, new int[] {rows.size()}, rows.stream().map(text).toList());
  }

  /** A vector for each token of a row, and zeros behind its last: [rows, longest, length]. */
  static WireTensor padded(String name, List<Prediction> rows) throws UnfitException {
    int longest = longest(rows);
    int width = rows.getFirst().first().shape()[1];
    ByteBuffer data = allocate(name, Datatype.FP32, rows.size(), longest, width);
    for (int row = 0; row < rows.size(); row++) {
      data.position(row * longest * width * Float.BYTES);
      put(rows.get(row).values(), data);
    }
    data.position(data.capacity());
    return numbers(name, Datatype.FP32, data, rows.size(), longest, width);
  }

  /** Which of the {@link #padded} vectors are a token's: 1 or 0. */
  static WireTensor mask(String name, List<Prediction> rows) throws UnfitException {
    int longest = longest(rows);
    ByteBuffer data = allocate(name, Datatype.INT64, rows.size(), longest);
    for (Prediction row : rows) {
      for (int token = 0; token < longest; token++) {
        data.putLong(token < row.first().shape()[0] ? 1 : 0);
      }
    }
    return numbers(name, Datatype.INT64, data, rows.size(), longest);
  }

  private static int longest(List<Prediction> rows) {
    return rows.stream().mapToInt(row -> row.first().shape()[0]).max().orElseThrow();
  }

  /**
   * Tensors of one shape; that of a single row is not copied.
   *
   * @throws UnfitException if their shapes differ
   */
  static WireTensor tensors(String name, List<Tensor> rows) throws UnfitException {
    Tensor first = rows.getFirst();
    int[] shape = new int[first.shape().length + 1];
    shape[0] = rows.size();
    System.arraycopy(first.shape(), 0, shape, 1, first.shape().length);
    if (rows.size() == 1) {
      return new WireTensor.Numbers(name, new Tensor(first.datatype(), shape, first.data()));
    }
    ByteBuffer data = allocate(name, first.datatype(), shape);
    for (Tensor row : rows) {
      if (!Arrays.equals(row.shape(), first.shape())) {
        throw new UnfitException(
            "output \"%s\" has the shape %s for one row and %s for another; send rows one by one"
                .formatted(name, Arrays.toString(first.shape()), Arrays.toString(row.shape())));
      }
      data.put(row.data().duplicate());
    }
    return numbers(name, first.datatype(), data, shape);
  }

  private static WireTensor numbers(String name, Datatype datatype, ByteBuffer data, int... shape) {
    return new WireTensor.Numbers(name, new Tensor(datatype, shape, data.flip()));
  }

  private static ByteBuffer allocate(String name, Datatype datatype, int... shape)
      throws UnfitException {
    long bytes = datatype.bytes();
    for (int axis : shape) {
      // Neither factor is over 2^31.
      bytes *= axis;
      if (bytes > Integer.MAX_VALUE) {
        throw new UnfitException(
            "output \"%s\" of the shape %s would take more than 2 GiB; send fewer rows at once"
                .formatted(name, Arrays.toString(shape)));
      }
    }
    return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
