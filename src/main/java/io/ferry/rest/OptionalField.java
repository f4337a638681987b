package io.ferry.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.protocol.MalformedException;
import java.util.Optional;
import java.util.OptionalLong;

/** Fields of a request that may be missing; null is as good as missing. */
public final class OptionalField {

  private OptionalField() {}

  /**
   * A text.
   *
   * @throws MalformedException if it is something else
   */
  public static Optional<String> text(JsonNode object, String field) throws MalformedException {
    JsonNode value = object.path(field);
    if (absent(value)) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(field, "a text", value);
    }
    return Optional.of(value.textValue());
  }

  /**
   * A whole number.
   *
   * @throws MalformedException if it is something else, or does not fit into 64 bits
   */
  public static OptionalLong whole(JsonNode object, String field) throws MalformedException {
    JsonNode value = object.path(field);
    if (absent(value)) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(field, "a whole number", value);
    }
    return OptionalLong.of(value.longValue());
  }

  /**
   * True or false.
   *
   * @throws MalformedException if it is something else
   */
  public static Optional<Boolean> truth(JsonNode object, String field) throws MalformedException {
    JsonNode value = object.path(field);
    if (absent(value)) {
      return Optional.empty();
    }
    if (!value.isBoolean()) {
      throw wrong(field, "true or false", value);
    }
    return Optional.of(value.booleanValue());
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static MalformedException wrong(String field, String expected, JsonNode value) {
    return new MalformedException(
        field, "\"%s\" must be %s, not %s".formatted(field, expected, Json.kind(value)));
  }
}
