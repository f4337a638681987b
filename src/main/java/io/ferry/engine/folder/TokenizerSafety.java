package io.ferry.engine.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.model.ModelLoadException;
import java.util.List;

/**
 * What the tokenizers' library takes for granted. It is written in Rust, and where such a thing
 * does not hold it panics, which ends the process: when it opens the file, or in the first text
 * that comes by the place. So it is looked at before.
 */
final class TokenizerSafety {

  private TokenizerSafety() {}

  /**
   * Looks at a file.
   *
   * @throws ModelLoadException if the library would panic
   */
  static void check(TokenizerFile file) throws ModelLoadException {
    for (JsonNode template : file.part("post_processor").findParents("single")) {
      check(template, "single", List.of("A"));
      check(template, "pair", List.of("A", "B"));
    }
    for (JsonNode normalizer : ofType(file, "normalizer", "Precompiled")) {
      JsonNode map = normalizer.path("precompiled_charsmap");
      if (!map.isTextual() || !CharsMap.sound(map.asText())) {
        throw damaged("the normalizer's precompiled_charsmap is not whole");
      }
    }
    for (JsonNode splitter : ofType(file, "pre_tokenizer", "FixedLength")) {
      if (splitter.path("length").asLong() < 1) {
        throw damaged("the pre_tokenizer cuts texts into pieces of no length");
      }
    }
    for (JsonNode strip : ofType(file, "decoder", "Strip")) {
      // The library counts from the end of a token, and goes on where it has none.
      if (strip.path("stop").asLong() > 0) {
        throw new ModelLoadException(
            "tokenizer.json: the decoder strips the ends of tokens (stop), which the tokenizers' library cannot do of short ones; set it to 0");
      }
    }
  }

  /** Of a template: its special tokens must be explained, its texts must be there. */
  private static void check(JsonNode template, String field, List<String> texts)
      throws ModelLoadException {
    for (JsonNode piece : template.path(field)) {
      JsonNode special = piece.path("SpecialToken");
      String token = special.path("id").asText();
      if (!special.isMissingNode() && !template.path("special_tokens").has(token)) {
        throw damaged(
            "the post_processor puts the token \"%s\" into texts and does not say which id it has"
                .formatted(token));
      }
      JsonNode text = piece.path("Sequence");
      if (!text.isMissingNode() && !texts.contains(text.path("id").asText())) {
        throw damaged("the post_processor puts a second text where there is one");
      }
    }
  }

  private static List<JsonNode> ofType(TokenizerFile file, String part, String type) {
    return file.part(part).findParents("type").stream()
        .filter(it -> it.path("type").asText().equals(type))
        .toList();
  }

  private static ModelLoadException damaged(String how) {
    return new ModelLoadException(
        "tokenizer.json is damaged: %s; copy the file again, or save the tokenizer again"
            .formatted(how));
  }
}
