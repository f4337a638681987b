package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ferry.openinference.Parameters;
import io.ferry.openinference.Parameters.Value;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads objects as they stream by: nothing is kept but what a field's reader keeps. A parser stands
 * at the first token of a value before it is read, and at its last one after.
 */
final class JsonFields {

  private JsonFields() {}

  /** Reads the value of a field. */
  @FunctionalInterface
  interface FieldReading {
    void read(String field) throws IOException, MalformedException, UnfitException;
  }

  /**
   * Reads an object; a field that is null is as good as missing.
   *
   * @param what it is, for messages, such as {@code inputs[0]}
   * @param known the fields there are
   * @throws MalformedException if it is none, or has another field
   */
  static void object(JsonParser json, String what, List<String> known, FieldReading reading)
      throws IOException, MalformedException, UnfitException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedException("%s must be an object, not %s".formatted(what, kind(json)));
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      if (!known.contains(field)) {
        throw new MalformedException(
            "unknown field \"%s\" in %s; there are %s"
                .formatted(Quotation.clip(field), what, String.join(", ", known)));
      }
      if (json.nextToken() != JsonToken.VALUE_NULL) {
        reading.read(field);
      }
    }
  }

  /** Reads an element of a list. */
  @FunctionalInterface
  interface ElementReading {
    void read(String what) throws IOException, MalformedException, UnfitException;
  }

  /**
   * Reads a list.
   *
   * @param what it is, for messages
   * @throws MalformedException if it is none
   */
  static void list(JsonParser json, String what, ElementReading reading)
      throws IOException, MalformedException, UnfitException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new MalformedException("%s must be a list, not %s".formatted(what, kind(json)));
    }
    for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
      reading.read("%s[%d]".formatted(what, i));
    }
  }

  /** A text. */
  static String text(JsonParser json, String what) throws IOException, MalformedException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw new MalformedException("%s must be a text, not %s".formatted(what, kind(json)));
    }
    return json.getText();
  }

  /** True or false. */
  static boolean truth(JsonParser json, String what) throws IOException, MalformedException {
    if (!json.currentToken().isBoolean()) {
      throw new MalformedException("%s must be true or false, not %s".formatted(what, kind(json)));
    }
    return json.getBooleanValue();
  }

  /** A document is one value. */
  static MalformedException moreThanOneValue() {
    return new MalformedException("the body is not JSON: there is more after the end of the value");
  }

  /** A whole number of 64 bits. */
  static long whole(JsonParser json, String what) throws IOException, MalformedException {
    if (!fits64Bits(json)) {
      throw new MalformedException(
          "%s must be a whole number of 64 bits, not %s".formatted(what, kind(json)));
    }
    return json.getLongValue();
  }

  /** Whether the parser is at a whole number that a long holds. */
  static boolean fits64Bits(JsonParser json) throws IOException {
    return json.currentToken() == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
  }

  /**
   * Parameters: an object of texts, numbers and truth values.
   *
   * @param of whose they are, for messages
   */
  static Parameters parameters(JsonParser json, String of)
      throws IOException, MalformedException, UnfitException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedException(
          "the parameters of %s must be an object, not %s".formatted(of, kind(json)));
    }
    Map<String, Value> values = new HashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      JsonToken token = json.nextToken();
      if (token != JsonToken.VALUE_NULL) {
        values.put(name, value(json, name, of));
      }
    }
    return new Parameters(of, values);
  }

  private static Value value(JsonParser json, String name, String of)
      throws IOException, MalformedException {
    return switch (json.currentToken()) {
      case VALUE_TRUE, VALUE_FALSE -> new Value.Truth(json.getBooleanValue());
      case VALUE_STRING -> new Value.Text(json.getText());
      case VALUE_NUMBER_INT ->
          fits64Bits(json)
              ? new Value.Whole(json.getLongValue())
              : new Value.Decimal(json.getDoubleValue());
      case VALUE_NUMBER_FLOAT -> new Value.Decimal(json.getDoubleValue());
      default ->
          throw new MalformedException(
              "the parameter \"%s\" of %s must be a text, a number, or true or false, not %s"
                  .formatted(Quotation.clip(name), of, kind(json)));
    };
  }

  /** What the parser is at, in words for the caller. */
  static String kind(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + Quotation.clip(json.getText());
      case VALUE_STRING -> "a text";
      case START_ARRAY -> "a list";
      case START_OBJECT -> "an object";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      case VALUE_NULL -> "null";
      case END_ARRAY, END_OBJECT, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          "something else";
    };
  }
}
