package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ferry.inference.Datatype;
import io.ferry.openinference.TensorHeader;
import io.ferry.openinference.WireTensor;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the data of one tensor as it streams by, straight into the tensor's memory: a flat list in
 * row-major order, or lists nested as the shape says.
 */
final class DataReader {

  private final JsonParser json;
  private final TensorHeader header;
  private final Destination destination;

  /** Values read so far. */
  private long values;

  /** Where the reading is in nested lists: an index for each axis; empty in a flat list. */
  private int[] at = {};

  /** Where values go. Those that the shape has no place for are counted alone. */
  private sealed interface Destination {

    record Numbers(Datatype datatype, ByteBuffer data) implements Destination {}

    record Bytes(List<byte[]> values, int most) implements Destination {}
  }

  private DataReader(JsonParser json, TensorHeader header, Destination destination) {
    this.json = json;
    this.header = header;
    this.destination = destination;
  }

  /**
   * Reads a tensor.
   *
   * @param json at the first token of the data
   * @param bytesLeft of the document, from there
   * @throws MalformedException if the data is not of the header's datatype and shape
   */
  static WireTensor read(JsonParser json, TensorHeader header, int bytesLeft)
      throws IOException, MalformedException {
    // The shape may lie: a value takes a byte and another one for what separates it from the next.
    int most = Math.min(header.elements(), bytesLeft / 2);
    if (header.numbers().isEmpty()) {
      List<byte[]> values = new ArrayList<>(Math.min(most, 1024));
      new DataReader(json, header, new Destination.Bytes(values, most)).all();
      return header.bytes(values);
    }
    Datatype datatype = header.numbers().get();
    if (datatype == Datatype.FP16) {
      throw new MalformedException(
          "input \"%s\" is FP16, which has no form in JSON; send it as binary data, or as FP32"
              .formatted(Quotation.clip(header.name())));
    }
    ByteBuffer data = ByteBuffer.allocate(most * datatype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    new DataReader(json, header, new Destination.Numbers(datatype, data)).all();
    return header.raw(data.flip());
  }

  private void all() throws IOException, MalformedException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new MalformedException(
          "input \"%s\": data must be a list, not %s"
              .formatted(Quotation.clip(header.name()), JsonFields.kind(json)));
    }
    JsonToken first = json.nextToken();
    if (first == JsonToken.START_ARRAY && header.shape().length > 1) {
      at = new int[header.shape().length];
      Arrays.fill(at, -1);
      nested(0);
    } else {
      for (JsonToken token = first; token != JsonToken.END_ARRAY; token = json.nextToken()) {
        value();
      }
    }
    header.holds(values);
  }

  /** Reads the rest of a list, from its first element on. */
  private void nested(int axis) throws IOException, MalformedException {
    int expected = header.shape()[axis];
    int length = 0;
    for (; json.currentToken() != JsonToken.END_ARRAY; json.nextToken()) {
      at[axis] = length++;
      if (axis == at.length - 1) {
        value();
      } else if (json.currentToken() == JsonToken.START_ARRAY) {
        json.nextToken();
        nested(axis + 1);
      } else {
        throw wrong("a list");
      }
    }
    at[axis] = -1;
    if (length != expected) {
      throw new MalformedException(
          "%s has %d %s, its shape %s takes %d"
              .formatted(
                  place(),
                  length,
                  axis == at.length - 1 ? "values" : "lists",
                  Arrays.toString(header.shape()),
                  expected));
    }
  }

  private void value() throws IOException, MalformedException {
    switch (destination) {
      case Destination.Bytes(List<byte[]> texts, int most) -> {
        byte[] text = text();
        if (texts.size() < most) {
          texts.add(text);
        }
      }
      case Destination.Numbers(Datatype datatype, ByteBuffer data) -> number(datatype, data);
    }
    values++;
  }

  private void number(Datatype datatype, ByteBuffer data) throws IOException, MalformedException {
    boolean fits = data.hasRemaining();
    switch (datatype) {
      case FP32 -> {
        float number = single();
        if (fits) {
          data.putFloat(number);
        }
      }
      case FP64 -> {
        double number = real();
        if (fits) {
          data.putDouble(number);
        }
      }
      case BOOL, UINT8, INT8 -> {
        byte number = (byte) small(datatype);
        if (fits) {
          data.put(number);
        }
      }
      case INT32 -> {
        int number = (int) whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (fits) {
          data.putInt(number);
        }
      }
      case INT64 -> {
        long number = whole(Long.MIN_VALUE, Long.MAX_VALUE);
        if (fits) {
          data.putLong(number);
        }
      }
      case FP16 -> throw new IllegalArgumentException("FP16 has no form in JSON");
    }
  }

  private long small(Datatype datatype) throws IOException, MalformedException {
    JsonToken token = json.currentToken();
    if (datatype == Datatype.BOOL) {
      return token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE
          ? (json.getBooleanValue() ? 1 : 0)
          : whole(0, 1);
    }
    return datatype == Datatype.UINT8 ? whole(0, 255) : whole(Byte.MIN_VALUE, Byte.MAX_VALUE);
  }

  private long whole(long least, long most) throws IOException, MalformedException {
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw wrong(header.numbers().get() == Datatype.BOOL ? "true or false" : "a whole number");
    }
    if (!JsonFields.fits64Bits(json) || json.getLongValue() < least || json.getLongValue() > most) {
      throw new MalformedException(
          "%s is %s; %s takes %d to %d"
              .formatted(place(), Quotation.clip(json.getText()), header.datatype(), least, most));
    }
    return json.getLongValue();
  }

  private float single() throws IOException, MalformedException {
    checkNumber();
    float number = json.getFloatValue();
    checkFinite(Float.isFinite(number));
    return number;
  }

  private double real() throws IOException, MalformedException {
    checkNumber();
    double number = json.getDoubleValue();
    checkFinite(Double.isFinite(number));
    return number;
  }

  private void checkNumber() throws IOException, MalformedException {
    if (!json.currentToken().isNumeric()) {
      throw wrong("a number");
    }
  }

  private void checkFinite(boolean finite) throws MalformedException {
    if (!finite) {
      throw new MalformedException(
          "%s is too large a number for %s".formatted(place(), header.datatype()));
    }
  }

  private byte[] text() throws IOException, MalformedException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw wrong("a text");
    }
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json.getText()));
      byte[] text = new byte[utf8.remaining()];
      utf8.get(text);
      return text;
    } catch (CharacterCodingException halfOfASurrogatePair) {
      throw new MalformedException(
          "%s is not well-formed Unicode: half a surrogate pair".formatted(place()));
    }
  }

  private MalformedException wrong(String expected) throws IOException {
    return new MalformedException(
        "%s must be %s, not %s".formatted(place(), expected, JsonFields.kind(json)));
  }

  private String place() {
    StringBuilder place =
        new StringBuilder("input \"").append(Quotation.clip(header.name())).append("\": data");
    if (at.length == 0) {
      return place.append('[').append(values).append(']').toString();
    }
    for (int index : at) {
      if (index >= 0) {
        place.append('[').append(index).append(']');
      }
    }
    return place.toString();
  }
}
