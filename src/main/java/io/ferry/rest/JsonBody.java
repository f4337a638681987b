package io.ferry.rest;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A request's body that is a JSON object of known fields, and what a caller hears if not. */
public final class JsonBody {

  private JsonBody() {}

  /**
   * Reads an object.
   *
   * @param example what could be sent, for the message
   * @param fields the fields there are
   * @throws MalformedException if it is something else, or has a field that is none of these
   */
  public static JsonNode object(byte[] body, String example, List<String> fields)
      throws MalformedException {
    JsonNode root = parse(body);
    if (root.isMissingNode()) {
      throw new MalformedException("the body is empty; send a JSON object such as " + example);
    }
    if (!root.isObject()) {
      throw new MalformedException(
          "the body must be a JSON object such as %s, not %s".formatted(example, Json.kind(root)));
    }
    known(root, fields);
    return root;
  }

  /**
   * Checks that an object has no field but these.
   *
   * @throws MalformedException if it has one
   */
  public static void known(JsonNode object, List<String> fields) throws MalformedException {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!fields.contains(field.getKey())) {
        throw new MalformedException(
            field.getKey(),
            "unknown field \"%s\"; there are %s"
                .formatted(Quotation.clip(field.getKey()), String.join(", ", fields)));
      }
    }
  }

  /**
   * Parses a document; the missing node if there is nothing but space.
   *
   * @throws MalformedException if it is not JSON in UTF-8
   */
  public static JsonNode parse(byte[] body) throws MalformedException {
    try {
      return Json.parse(body);
    } catch (IOException broken) {
      throw notJson(broken);
    }
  }

  /** What a caller hears whose body could not be parsed. */
  public static MalformedException notJson(IOException broken) {
    return new MalformedException(
        switch (broken) {
          case StreamConstraintsException tooMuch -> Json.LIMITS;
          case JacksonException wrong when wrong.getLocation() != null ->
              "the body is not JSON: line %d, column %d: %s"
                  .formatted(
                      wrong.getLocation().getLineNr(),
                      wrong.getLocation().getColumnNr(),
                      Quotation.clip(wrong.getOriginalMessage()));
          case JacksonException wrong ->
              "the body is not JSON: " + Quotation.clip(wrong.getOriginalMessage());
          default -> "the body is not JSON in UTF-8";
        });
  }
}
