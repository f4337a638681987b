package io.ferry.openinference;

import io.ferry.inference.Datatype;
import io.ferry.inference.Tensor;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a request says of an input besides its data, checked: nothing is negative, and no size
 * overflows. Makes tensors of data that fits it.
 *
 * @param name never empty
 * @param datatype the protocol's name, one that Ferry takes
 * @param shape the length of each axis
 * @param elements how many values it takes
 */
public record TensorHeader(String name, String datatype, int[] shape, int elements) {

  private static final int MOST_AXES = 32;

  /** Of the protocol, but of no engine. */
  private static final Set<String> NOT_TAKEN =
      Set.of("UINT16", "UINT32", "UINT64", "INT16", "BF16");

  private static final String TAKEN =
      Stream.concat(Stream.of(Datatype.values()).map(Datatype::name), Stream.of(WireTensor.BYTES))
          .collect(Collectors.joining(", "));

  private static final byte[] NOTHING = {};

  /**
   * Checks what a request says.
   *
   * @throws MalformedException if the name is empty, the datatype is none that Ferry takes, or the
   *     shape is impossible
   */
  public static TensorHeader of(String name, String datatype, long[] shape)
      throws MalformedException {
    if (name.isEmpty()) {
      throw new MalformedException("an input has an empty name");
    }
    Optional<Datatype> numbers = Datatype.named(datatype);
    if (numbers.isEmpty() && !datatype.equals(WireTensor.BYTES)) {
      throw new MalformedException(
          (NOT_TAKEN.contains(datatype)
                  ? "input \"%s\" is %s, which Ferry does not take; it takes %s"
                  : "input \"%s\" has the datatype \"%s\", which there is not; Ferry takes %s")
              .formatted(Quotation.clip(name), Quotation.clip(datatype), TAKEN));
    }
    if (shape.length > MOST_AXES) {
      throw new MalformedException(
          "input \"%s\" has %d axes, at most %d are allowed"
              .formatted(Quotation.clip(name), shape.length, MOST_AXES));
    }
    long bytes = numbers.map(Datatype::bytes).orElse(1);
    long elements = 1;
    int[] axes = new int[shape.length];
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] < 0) {
        throw new MalformedException(
            "input \"%s\" has the shape %s; an axis of a request cannot be negative"
                .formatted(Quotation.clip(name), Arrays.toString(shape)));
      }
      // Neither factor is over 2^31, so the product is never over 2^62.
      if (shape[axis] > Integer.MAX_VALUE || elements * shape[axis] > Integer.MAX_VALUE / bytes) {
        throw new MalformedException(
            "input \"%s\" has the shape %s; that is more than 2 GiB"
                .formatted(Quotation.clip(name), Arrays.toString(shape)));
      }
      elements *= shape[axis];
      axes[axis] = (int) shape[axis];
    }
    return new TensorHeader(name, datatype, axes, (int) elements);
  }

  /** The kind of its numbers; empty if it holds {@code BYTES}. */
  public Optional<Datatype> numbers() {
    return Datatype.named(datatype);
  }

  /**
   * Checks how many values there are.
   *
   * @throws MalformedException if the shape takes more or fewer
   */
  public void holds(long values) throws MalformedException {
    if (values != elements) {
      throw new MalformedException(
          "input \"%s\" has %d values, its shape %s takes %d"
              .formatted(Quotation.clip(name), values, Arrays.toString(shape), elements));
    }
  }

  /**
   * The tensor of data as it is in memory: numbers little-endian; of {@code BYTES} each value after
   * its length, 4 bytes little-endian. Numbers are not copied.
   *
   * @param data from position to limit; nobody changes it any more
   * @throws MalformedException if it is too short or too long for the shape
   */
  public WireTensor raw(ByteBuffer data) throws MalformedException {
    Optional<Datatype> numbers = numbers();
    if (numbers.isEmpty()) {
      return new WireTensor.Bytes(name, shape, split(data.slice().order(ByteOrder.LITTLE_ENDIAN)));
    }
    int bytes = elements * numbers.get().bytes();
    if (data.remaining() != bytes) {
      throw new MalformedException(
          "input \"%s\" has %d bytes of data, its shape %s of %s takes %d"
              .formatted(
                  Quotation.clip(name), data.remaining(), Arrays.toString(shape), datatype, bytes));
    }
    return new WireTensor.Numbers(name, new Tensor(numbers.get(), shape, data));
  }

  /**
   * The tensor of values of any length.
   *
   * @param values handed over, not copied
   * @throws MalformedException if they are more or fewer than the shape takes, or the datatype is
   *     not {@code BYTES}
   */
  public WireTensor bytes(List<byte[]> values) throws MalformedException {
    if (numbers().isPresent()) {
      throw new MalformedException(
          "input \"%s\" is %s, its data are bytes".formatted(Quotation.clip(name), datatype));
    }
    holds(values.size());
    return new WireTensor.Bytes(name, shape, values);
  }

  private List<byte[]> split(ByteBuffer data) throws MalformedException {
    // The shape may lie: there are no more values than the data has lengths for.
    List<byte[]> values = new ArrayList<>(Math.min(elements, data.remaining() / Integer.BYTES));
    while (data.hasRemaining()) {
      if (data.remaining() < Integer.BYTES) {
        throw cutOff(values.size());
      }
      long length = Integer.toUnsignedLong(data.getInt());
      if (length > data.remaining()) {
        throw cutOff(values.size());
      }
      byte[] value = length == 0 ? NOTHING : new byte[(int) length];
      data.get(value);
      values.add(value);
    }
    holds(values.size());
    return values;
  }

  private MalformedException cutOff(int value) {
    return new MalformedException(
        "input \"%s\": value %d is cut off; each is 4 bytes of length, little-endian, and so many bytes"
            .formatted(Quotation.clip(name), value));
  }
}
