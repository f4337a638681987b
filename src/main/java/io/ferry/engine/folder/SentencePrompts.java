package io.ferry.engine.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.model.ModelLoadException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is put before a text, by {@code config_sentence_transformers.json}.
 *
 * @param byName the prompts
 * @param standard the one for requests that name none; empty in most models
 */
record SentencePrompts(Map<String, String> byName, Optional<String> standard) {

  /** No prompts. */
  static final SentencePrompts NONE = new SentencePrompts(Map.of(), Optional.empty());

  static SentencePrompts of(JsonFile file) throws ModelLoadException {
    Map<String, String> byName = new TreeMap<>();
    for (Map.Entry<String, JsonNode> prompt : file.root().path("prompts").properties()) {
      if (!prompt.getValue().isTextual()) {
        throw file.flaw("prompts", "texts by their names");
      }
      byName.put(prompt.getKey(), prompt.getValue().asText());
    }
    Optional<String> name = file.text("default_prompt_name");
    if (name.isPresent() && !byName.containsKey(name.get())) {
      throw file.flaw("default_prompt_name", "the name of a prompt");
    }
    return new SentencePrompts(Map.copyOf(byName), name.map(byName::get));
  }

  /** What is put before a text. */
  sealed interface Choice {
    /** This, which may be nothing. */
    record Prefix(String text) implements Choice {}

    /** There is no such prompt. */
    record None(String why) implements Choice {}
  }

  /**
   * The prompt that a request asks for.
   *
   * @param name empty for the standard one
   */
  Choice choose(Optional<String> name) {
    if (name.isEmpty()) {
      return new Choice.Prefix(standard.orElse(""));
    }
    if (byName.containsKey(name.get())) {
      return new Choice.Prefix(byName.get(name.get()));
    }
    return new Choice.None(
        byName.isEmpty()
            ? "this model has no prompts"
            : "this model has no prompt of that name; there are "
                + String.join(", ", new TreeSet<>(byName.keySet())));
  }

  /** Whether a request can be changed by them. */
  boolean any() {
    return byName.values().stream().anyMatch(prompt -> !prompt.isEmpty());
  }
}
