package io.ferry.engine.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.engine.RowLayout.PaddingSide;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.model.ModelLoadException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@code tokenizer_config.json} says; the defaults of transformers where there is no such
 * file.
 *
 * @param maxTokens {@code model_max_length}; empty if it is not there, or as good as without limit
 * @param paddingSide {@code padding_side}
 * @param truncationSide {@code truncation_side}: what is cut off, left or right
 * @param padToken {@code pad_token}
 */
record TokenizerConfig(
    OptionalInt maxTokens,
    PaddingSide paddingSide,
    Truncation truncationSide,
    Optional<String> padToken) {

  private static final String FILE = "tokenizer_config.json";

  static TokenizerConfig read(Path folder) throws ModelLoadException {
    Optional<JsonFile> found = JsonFile.optional(folder, FILE);
    if (found.isEmpty()) {
      return new TokenizerConfig(
          OptionalInt.empty(), PaddingSide.RIGHT, Truncation.RIGHT, Optional.empty());
    }
    JsonFile file = found.get();
    return new TokenizerConfig(
        maxTokens(file),
        left(file, "padding_side") ? PaddingSide.LEFT : PaddingSide.RIGHT,
        left(file, "truncation_side") ? Truncation.LEFT : Truncation.RIGHT,
        padToken(file));
  }

  /** Tokenizers that know no limit write 1e30. */
  private static OptionalInt maxTokens(JsonFile file) throws ModelLoadException {
    JsonNode value = file.root().path("model_max_length");
    if (value.isMissingNode() || value.isNull() || value.asDouble() > Integer.MAX_VALUE) {
      return OptionalInt.empty();
    }
    return file.whole("model_max_length", 1);
  }

  private static boolean left(JsonFile file, String field) throws ModelLoadException {
    String side = file.text(field).orElse("right");
    return switch (side) {
      case "left" -> true;
      case "right" -> false;
      default -> throw file.flaw(field, "\"left\" or \"right\"");
    };
  }

  /** A text, or a token with its properties. */
  private static Optional<String> padToken(JsonFile file) {
    JsonNode token = file.root().path("pad_token");
    JsonNode content = token.isObject() ? token.path("content") : token;
    return content.isTextual() ? Optional.of(content.asText()) : Optional.empty();
  }
}
