package io.ferry.rest;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The body of {@code POST /process}.
 *
 * @param texts one or several
 * @param list whether they came as a list, so that the answer is one, too
 * @param model {@code model}
 * @param topK {@code top_k}: so many labels at most
 * @param timeoutMillis {@code timeout_ms}
 * @param priority {@code priority}
 */
record ProcessRequest(
    List<String> texts,
    boolean list,
    Optional<String> model,
    OptionalLong topK,
    OptionalLong timeoutMillis,
    OptionalLong priority) {

  private static final List<String> FIELDS =
      List.of("input", "model", "top_k", "timeout_ms", "priority");

  /**
   * Reads the body.
   *
   * @throws MalformedException if it cannot be understood; the message says what was expected
   */
  static ProcessRequest parse(byte[] body) throws MalformedException {
    JsonNode root = parseJson(body);
    if (root.isMissingNode()) {
      throw new MalformedException(
          "the body is empty; send a JSON object such as {\"input\": \"text\"}");
    }
    if (!root.isObject()) {
      throw new MalformedException(
          "the body must be a JSON object such as {\"input\": \"text\"}, not " + kind(root));
    }
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw new MalformedException(
            "unknown field \"%s\"; there are %s"
                .formatted(ErrorReply.clip(field.getKey()), String.join(", ", FIELDS)));
      }
    }
    JsonNode input = root.path("input");
    return new ProcessRequest(
        texts(input),
        input.isArray(),
        model(root),
        whole(root, "top_k"),
        whole(root, "timeout_ms"),
        whole(root, "priority"));
  }

  private static JsonNode parseJson(byte[] body) throws MalformedException {
    try {
      return Json.parse(body);
    } catch (StreamConstraintsException tooMuch) {
      throw new MalformedException(Json.LIMITS);
    } catch (JacksonException broken) {
      var where = broken.getLocation();
      throw new MalformedException(
          where == null
              ? "the body is not JSON: " + ErrorReply.clip(broken.getOriginalMessage())
              : "the body is not JSON: line %d, column %d: %s"
                  .formatted(
                      where.getLineNr(),
                      where.getColumnNr(),
                      ErrorReply.clip(broken.getOriginalMessage())));
    } catch (IOException broken) {
      throw new MalformedException("the body is not JSON in UTF-8");
    }
  }

  private static List<String> texts(JsonNode input) throws MalformedException {
    if (input.isTextual()) {
      return List.of(input.textValue());
    }
    if (!input.isArray()) {
      throw new MalformedException(
          input.isMissingNode()
              ? "the field \"input\" is missing; it is a text or a list of texts"
              : "\"input\" must be a text or a list of texts, not " + kind(input));
    }
    List<String> texts = new ArrayList<>(input.size());
    for (JsonNode text : input) {
      if (!text.isTextual()) {
        throw new MalformedException(
            "\"input\"[%d] must be a text, not %s".formatted(texts.size(), kind(text)));
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  private static Optional<String> model(JsonNode root) throws MalformedException {
    JsonNode model = root.path("model");
    if (model.isMissingNode() || model.isNull()) {
      return Optional.empty();
    }
    if (!model.isTextual()) {
      throw new MalformedException("\"model\" must be a text, not " + kind(model));
    }
    return Optional.of(model.textValue());
  }

  private static OptionalLong whole(JsonNode root, String field) throws MalformedException {
    JsonNode value = root.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new MalformedException(
          "\"%s\" must be a whole number, not %s".formatted(field, kind(value)));
    }
    return OptionalLong.of(value.longValue());
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case NUMBER -> "the number " + ErrorReply.clip(node.asText());
      case STRING -> "a text";
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case BOOLEAN -> "true or false";
      case NULL -> "null";
      case BINARY, MISSING, POJO -> node.getNodeType().name().toLowerCase(Locale.ROOT);
    };
  }
}
