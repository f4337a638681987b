package io.ferry.openinference;

import io.ferry.inference.Datatype;
import io.ferry.inference.Tensor;
import io.ferry.protocol.UnfitException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Triton's classification extension: of each row's values the highest, as {@code value:index}, or
 * {@code value:index:label} where labels are known.
 */
final class Classification {

  private Classification() {}

  /**
   * The highest values of a tensor, highest first, equal ones in their order.
   *
   * @param most so many of each row, at least 1; fewer if a row has not so many
   * @param labels one a value, or none
   * @return BYTES [rows, values]
   * @throws UnfitException if the tensor holds no numbers
   */
  static WireTensor of(WireTensor output, int most, List<String> labels) throws UnfitException {
    if (!(output instanceof WireTensor.Numbers(String name, Tensor tensor))) {
      throw new UnfitException(
          "output \"%s\" is %s; only numbers can be asked for as classes"
              .formatted(output.name(), output.datatype()));
    }
    int rows = tensor.shape()[0];
    int width = tensor.elements() / rows;
    int kept = Math.min(most, width);
    List<byte[]> values = new ArrayList<>(rows * kept);
    for (int row = 0; row < rows; row++) {
      int start = row * width;
      IntStream.range(0, width)
          .boxed()
          .sorted(Comparator.comparingDouble((Integer i) -> tensor.at(start + i)).reversed())
          .limit(kept)
          .map(i -> entry(tensor, start, i, labels))
          .forEach(values::add);
    }
    return new WireTensor.Bytes(name, new int[] {rows, kept}, values);
  }

  private static byte[] entry(Tensor tensor, int start, int index, List<String> labels) {
    String entry = value(tensor, start + index) + ":" + index;
    return (index < labels.size() ? entry + ":" + labels.get(index) : entry)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String value(Tensor tensor, int at) {
    if (!tensor.datatype().floating()) {
      return Long.toString(tensor.whole(at));
    }
    return tensor.datatype() == Datatype.FP64
        ? Double.toString(tensor.at(at))
        : Float.toString((float) tensor.at(at));
  }
}
