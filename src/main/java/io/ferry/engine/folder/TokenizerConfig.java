package io.ferry.engine.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.model.ModelLoadException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What {@code tokenizer_config.json} says; the defaults of transformers where there is no such
 * file.
 *
 * @param maxTokens {@code model_max_length}; empty if it is not there, or as good as without limit
 * @param truncationSide {@code truncation_side}: what is cut off, left or right
 * @param padToken {@code pad_token}
 */
record TokenizerConfig(
    OptionalInt maxTokens, Truncation truncationSide, Optional<String> padToken) {

  private static final String FILE = "tokenizer_config.json";

  /** Tokenizers of these classes are what tokenizer.json says, and nothing else. */
  private static final Set<String> AS_WRITTEN =
      Set.of("PreTrainedTokenizerFast", "TokenizersBackend");

  /**
   * Reads the file, if there is one.
   *
   * @throws ModelLoadException also if it contradicts tokenizer.json
   */
  static TokenizerConfig read(Path folder, TokenizerFile tokenizer) throws ModelLoadException {
    Optional<JsonFile> found = JsonFile.optional(folder, FILE);
    if (found.isEmpty()) {
      return new TokenizerConfig(OptionalInt.empty(), Truncation.RIGHT, Optional.empty());
    }
    JsonFile file = found.get();
    if (!AS_WRITTEN.contains(file.text("tokenizer_class").orElse(""))) {
      agree(file, "do_lower_case", tokenizer.part("normalizer"), "BertNormalizer", "lowercase");
      agree(
          file,
          "add_prefix_space",
          tokenizer.part("pre_tokenizer"),
          "ByteLevel",
          "add_prefix_space");
    }
    return new TokenizerConfig(
        maxTokens(file),
        left(file, "truncation_side") ? Truncation.LEFT : Truncation.RIGHT,
        padToken(file));
  }

  /** Where both say something, transformers goes by this file, the tokenizers' library by that. */
  private static void agree(
      JsonFile file, String field, JsonNode part, String type, String partField)
      throws ModelLoadException {
    JsonNode here = file.root().path(field);
    JsonNode there = part.path(partField);
    if (part.path("type").asText().equals(type)
        && here.isBoolean()
        && there.isBoolean()
        && here.asBoolean() != there.asBoolean()) {
      throw new ModelLoadException(
          "tokenizer_config.json says %s %s, and tokenizer.json %s %s; AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER) of transformers makes them agree"
              .formatted(field, here, partField, there));
    }
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
