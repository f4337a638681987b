package io.ferry.openinference;

import io.ferry.inference.Datatype;
import io.ferry.inference.Input;
import io.ferry.inference.Tensor;
import io.ferry.model.RequestLimits;
import io.ferry.protocol.UnfitException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows of tokens as a client's own tokenizer made them. They are taken as they are, special tokens
 * included; the mask says what is padding, which is cut off.
 */
final class TokenRows {

  private TokenRows() {}

  /** The rows of {@code input_ids}, with {@code attention_mask} and {@code token_type_ids}. */
  static List<Input> of(Map<String, WireTensor> inputs, RequestLimits limits)
      throws UnfitException {
    Tensor ids = column(inputs, ModelMetadata.INPUT_IDS).orElseThrow();
    Optional<Tensor> mask = column(inputs, ModelMetadata.ATTENTION_MASK);
    Optional<Tensor> types = column(inputs, ModelMetadata.TOKEN_TYPE_IDS);
    sameShape(ids, mask, ModelMetadata.ATTENTION_MASK);
    sameShape(ids, types, ModelMetadata.TOKEN_TYPE_IDS);
    int length = ids.shape()[1];
    if (length == 0 && ids.shape()[0] > 0) {
      // No data has to come with such rows, so their number is whatever the shape says.
      throw new UnfitException(
          "input \"%s\" has the shape %s; a row has at least one token"
              .formatted(ModelMetadata.INPUT_IDS, Arrays.toString(ids.shape())));
    }
    InferRows.allowed(ids.shape()[0], limits);
    List<Input> rows = new ArrayList<>(ids.shape()[0]);
    for (int row = 0; row < ids.shape()[0]; row++) {
      int start = row * length;
      Span kept = mask.isPresent() ? kept(mask.get(), row, length) : new Span(0, length);
      long[] rowTypes =
          types.isPresent() ? kept.of(types.get(), start) : new long[kept.to() - kept.from()];
      rows.add(new Input.TokenRow(kept.of(ids, start), rowTypes));
    }
    return rows;
  }

  private static Optional<Tensor> column(Map<String, WireTensor> inputs, String name)
      throws UnfitException {
    WireTensor input = inputs.get(name);
    if (input == null) {
      return Optional.empty();
    }
    if (!(input instanceof WireTensor.Numbers numbers)
        || numbers.tensor().datatype() != Datatype.INT64) {
      throw InferRows.wrongDatatype(input, Datatype.INT64.name());
    }
    if (input.shape().length != 2) {
      throw InferRows.wrongShape(input, List.of(-1, -1));
    }
    return Optional.of(numbers.tensor());
  }

  private static void sameShape(Tensor ids, Optional<Tensor> other, String name)
      throws UnfitException {
    if (other.isPresent() && !Arrays.equals(other.get().shape(), ids.shape())) {
      throw new UnfitException(
          "input \"%s\" has the shape %s, input \"%s\" %s; they must be alike"
              .formatted(
                  ModelMetadata.INPUT_IDS,
                  Arrays.toString(ids.shape()),
                  name,
                  Arrays.toString(other.get().shape())));
    }
  }

  /** The tokens of a row that are no padding. */
  private record Span(int from, int to) {
    long[] of(Tensor tensor, int start) {
      long[] values = new long[to - from];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.whole(start + from + i);
      }
      return values;
    }
  }

  private static Span kept(Tensor mask, int row, int length) throws UnfitException {
    int from = 0;
    while (from < length && !one(mask, row, from)) {
      from++;
    }
    int to = from;
    while (to < length && one(mask, row, to)) {
      to++;
    }
    for (int rest = to; rest < length; rest++) {
      if (one(mask, row, rest)) {
        throw new UnfitException(
            "input \"%s\": row %d has a 0 between its 1s; padding is at one side of a row"
                .formatted(ModelMetadata.ATTENTION_MASK, row));
      }
    }
    if (to == from) {
      throw new UnfitException(
          "input \"%s\": row %d has no 1; nothing of the row is left"
              .formatted(ModelMetadata.ATTENTION_MASK, row));
    }
    return new Span(from, to);
  }

  private static boolean one(Tensor mask, int row, int at) throws UnfitException {
    long value = mask.whole(row * mask.shape()[1] + at);
    if (value != 0 && value != 1) {
      throw new UnfitException(
          "input \"%s\": row %d holds %d; allowed are 0 and 1"
              .formatted(ModelMetadata.ATTENTION_MASK, row, value));
    }
    return value == 1;
  }
}
