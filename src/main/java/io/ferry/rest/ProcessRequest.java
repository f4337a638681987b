package io.ferry.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.protocol.MalformedException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The body of {@code POST /process}, as far as it can be read before the model is known.
 *
 * @param input {@code input}: {@link ProcessInput} reads it as the model's task takes it
 * @param model {@code model}
 * @param options what changes the answer
 * @param timeoutMillis {@code timeout_ms}
 * @param priority {@code priority}
 */
record ProcessRequest(
    JsonNode input,
    Optional<String> model,
    ProcessOptions options,
    OptionalLong timeoutMillis,
    OptionalLong priority) {

  private static final String INPUT = "input";

  private static final List<String> FIELDS =
      List.of(
          INPUT,
          "model",
          ProcessOptions.TOP_K,
          ProcessOptions.DIMENSIONS,
          ProcessOptions.TRUNCATE,
          ProcessOptions.TRUNCATION_DIRECTION,
          ProcessOptions.PROMPT_NAME,
          "timeout_ms",
          "priority");

  /**
   * Reads the body.
   *
   * @throws MalformedException if it cannot be understood; the message says what was expected
   */
  static ProcessRequest parse(byte[] body) throws MalformedException {
    JsonNode root = JsonBody.object(body, "{\"input\": \"text\"}", FIELDS);
    if (!root.has(INPUT)) {
      throw new MalformedException(
          "the field \"input\" is missing; it is what the model is run on, such as a text");
    }
    return new ProcessRequest(
        root.path(INPUT),
        OptionalField.text(root, "model"),
        ProcessOptions.read(root),
        OptionalField.whole(root, "timeout_ms"),
        OptionalField.whole(root, "priority"));
  }
}
