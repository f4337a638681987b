package io.ferry.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.Datatype;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.inference.Tensor;
import io.ferry.model.TensorSpec;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensors as nested lists. Read as one row of a model's input: the datatype and the number of axes
 * are the are the signature's; how long the axes are is for the model's encoder to judge.
 */
final class TensorJson {

  /**
   * What stood in one place.
   *
   * @param tensors a row each
   * @param list whether there was a list of rows, not a row
   */
  record Rows(List<Tensor> tensors, boolean list) {}

  private final Datatype datatype;
  private final String place;
  private final int[] shape;

  /** Where the reading is: an index for each axis. */
  private final int[] at;

  private TensorJson(TensorSpec spec, String place) {
    this.datatype = spec.datatype();
    this.place = place;
    this.shape = new int[spec.rowShape().size()];
    this.at = new int[shape.length];
  }

  /**
   * Reads a row or a list of rows: lists nested one level deeper.
   *
   * @param place where the value stands, for messages, such as {@code input.pixels}
   * @throws MalformedException if there is something else than numbers in it
   * @throws UnfitException if its lists are not nested as the model takes them, are of different
   *     lengths, or hold a number that the datatype does not
   */
  static Rows read(TensorSpec spec, JsonNode value, String place)
      throws MalformedException, UnfitException {
    if (value.isArray() && value.isEmpty()) {
      return new Rows(List.of(), true);
    }
    int rank = spec.rowShape().size();
    int depth = depth(value);
    if (depth == rank) {
      return new Rows(List.of(new TensorJson(spec, place).row(value)), false);
    }
    if (depth == 0) {
      throw new MalformedException(
          "\"%s\" must be nested lists of numbers, not %s".formatted(place, Json.kind(value)));
    }
    if (depth != rank + 1) {
      throw new UnfitException(
          "%s is lists nested %d deep; a row is nested %d deep, a list of rows %d"
              .formatted(place, depth, rank, rank + 1));
    }
    List<Tensor> rows = new ArrayList<>(value.size());
    for (JsonNode row : value) {
      rows.add(new TensorJson(spec, place + "[" + rows.size() + "]").row(row));
    }
    return new Rows(rows, true);
  }

  private static int depth(JsonNode value) {
    int depth = 0;
    for (JsonNode node = value; node.isArray(); node = node.path(0)) {
      depth++;
    }
    return depth;
  }

  private Tensor row(JsonNode value) throws MalformedException, UnfitException {
    JsonNode first = value;
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = first.size();
      first = first.path(0);
    }
    // Before memory is taken for the shape: lists that are not alike would make it too large.
    int numbers = count(value, 0);
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(numbers, datatype.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    fill(value, 0, data);
    return new Tensor(datatype, shape, data.flip());
  }

  /** How many numbers there are, all lists of an axis being of one length. */
  private int count(JsonNode value, int axis) throws MalformedException, UnfitException {
    if (axis == shape.length) {
      return 1;
    }
    if (!value.isArray()) {
      throw wrong(value, axis, "a list");
    }
    if (value.isEmpty()) {
      throw new UnfitException(Flaw.EMPTY, place(axis) + " is an empty list");
    }
    boolean innermost = axis == shape.length - 1;
    if (value.size() != shape[axis]) {
      throw new UnfitException(
          "%s has %d %s, expected %d"
              .formatted(place(axis), value.size(), innermost ? "numbers" : "lists", shape[axis]));
    }
    if (innermost) {
      return value.size();
    }
    int numbers = 0;
    for (at[axis] = 0; at[axis] < shape[axis]; at[axis]++) {
      numbers += count(value.get(at[axis]), axis + 1);
    }
    return numbers;
  }

  private void fill(JsonNode value, int axis, ByteBuffer data)
      throws MalformedException, UnfitException {
    if (axis == shape.length) {
      put(value, data);
      return;
    }
    for (at[axis] = 0; at[axis] < shape[axis]; at[axis]++) {
      fill(value.get(at[axis]), axis + 1, data);
    }
  }

  private void put(JsonNode value, ByteBuffer data) throws MalformedException, UnfitException {
    switch (datatype) {
      case BOOL -> data.put((byte) (value.isBoolean() ? truth(value) : whole(value, 0, 1)));
      case UINT8 -> data.put((byte) whole(value, 0, 255));
      case INT8 -> data.put((byte) whole(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case INT32 -> data.putInt((int) whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> data.putLong(whole(value, Long.MIN_VALUE, Long.MAX_VALUE));
      case FP16 -> {
        short half = Float.floatToFloat16((float) number(value));
        finite(Float.float16ToFloat(half));
        data.putShort(half);
      }
      case FP32 -> data.putFloat((float) finite((float) number(value)));
      case FP64 -> data.putDouble(finite(number(value)));
    }
  }

  private static int truth(JsonNode value) {
    return value.booleanValue() ? 1 : 0;
  }

  private long whole(JsonNode value, long least, long most)
      throws MalformedException, UnfitException {
    if (!value.isIntegralNumber()) {
      throw wrong(value, shape.length, "a whole number");
    }
    if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
      throw new UnfitException(
          "%s is %s; %s takes %d to %d"
              .formatted(
                  place(shape.length), Quotation.clip(value.asText()), datatype, least, most));
    }
    return value.longValue();
  }

  private double number(JsonNode value) throws MalformedException, UnfitException {
    if (!value.isNumber()) {
      throw wrong(value, shape.length, "a number");
    }
    return value.doubleValue();
  }

  private double finite(double number) throws UnfitException {
    if (!Double.isFinite(number)) {
      throw new UnfitException(
          "%s is too large a number for %s".formatted(place(shape.length), datatype));
    }
    return number;
  }

  /** Lists that are nested unevenly are a wrong shape; anything else that is no number, a type. */
  private MalformedException wrong(JsonNode value, int axis, String expected)
      throws UnfitException {
    String explanation = "%s must be %s, not %s".formatted(place(axis), expected, Json.kind(value));
    if (axis < shape.length ? value.isNumber() : value.isArray()) {
      throw new UnfitException(explanation);
    }
    return new MalformedException(explanation);
  }

  private String place(int axis) {
    StringBuilder path = new StringBuilder(place);
    for (int i = 0; i < axis; i++) {
      path.append('[').append(at[i]).append(']');
    }
    return path.toString();
  }

  // ---- writing

  /** Writes a tensor as nested lists of numbers, truth values as true and false. */
  static void write(Tensor tensor, JsonGenerator json) throws IOException {
    write(tensor, 0, 0, json);
  }

  /** Writes what begins at a place; gives the place behind it. */
  private static int write(Tensor tensor, int axis, int from, JsonGenerator json)
      throws IOException {
    if (axis == tensor.shape().length) {
      switch (tensor.datatype()) {
        case BOOL -> json.writeBoolean(tensor.at(from) != 0);
        case UINT8, INT8, INT32, INT64 -> json.writeNumber(tensor.whole(from));
        case FP16, FP32 -> json.writeNumber((float) tensor.at(from));
        case FP64 -> json.writeNumber(tensor.at(from));
      }
      return from + 1;
    }
    int place = from;
    json.writeStartArray();
    for (int i = 0; i < tensor.shape()[axis]; i++) {
      place = write(tensor, axis + 1, place, json);
    }
    json.writeEndArray();
    return place;
  }
}
