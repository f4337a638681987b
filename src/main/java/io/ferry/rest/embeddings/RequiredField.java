package io.ferry.rest.embeddings;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.protocol.MalformedException;
import io.ferry.rest.Json;
import java.util.ArrayList;
import java.util.List;

/** Fields of a request that must be there. */
final class RequiredField {

  private RequiredField() {}

  /**
   * A text.
   *
   * @throws MalformedException if it is missing or something else
   */
  static String text(JsonNode object, String field) throws MalformedException {
    JsonNode value = present(object, field, "a text");
    if (!value.isTextual()) {
      throw new MalformedException(
          field, "\"%s\" must be a text, not %s".formatted(field, Json.kind(value)));
    }
    return value.textValue();
  }

  /**
   * A list of texts.
   *
   * @throws MalformedException if it is missing or something else
   */
  static List<String> texts(JsonNode object, String field) throws MalformedException {
    JsonNode value = present(object, field, "a list of texts");
    if (!value.isArray()) {
      throw new MalformedException(
          field, "\"%s\" must be a list of texts, not %s".formatted(field, Json.kind(value)));
    }
    List<String> texts = new ArrayList<>(value.size());
    for (JsonNode text : value) {
      if (!text.isTextual()) {
        throw new MalformedException(
            field,
            "\"%s\"[%d] must be a text, not %s".formatted(field, texts.size(), Json.kind(text)));
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  /**
   * Anything.
   *
   * @param form what it should be, for the message
   * @throws MalformedException if it is missing
   */
  static JsonNode present(JsonNode object, String field, String form) throws MalformedException {
    JsonNode value = object.path(field);
    if (value.isMissingNode()) {
      throw new MalformedException(
          field, "the field \"%s\" is missing; send %s".formatted(field, form));
    }
    return value;
  }
}
