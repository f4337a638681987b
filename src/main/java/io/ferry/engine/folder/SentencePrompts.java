package io.ferry.engine.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.model.ModelLoadException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is put before a text, by {@code config_sentence_transformers.json}.
 *
 * @param byName the prompts
 * @param standard the one for requests that name none; empty in most models
 */
record SentencePrompts(Map<String, String> byName, Optional<String> standard) {

  /** No prompts. */
  static final SentencePrompts NONE = new SentencePrompts(Map.of(), Optional.empty());

  private static final String FILE = "config_sentence_transformers.json";

  static SentencePrompts read(Path folder) throws ModelLoadException {
    Optional<JsonFile> file = JsonFile.optional(folder, FILE);
    if (file.isEmpty()) {
      return NONE;
    }
    Map<String, String> byName = new TreeMap<>();
    for (Map.Entry<String, JsonNode> prompt : file.get().root().path("prompts").properties()) {
      if (!prompt.getValue().isTextual()) {
        throw file.get().flaw("prompts", "texts by their names");
      }
      byName.put(prompt.getKey(), prompt.getValue().asText());
    }
    Optional<String> name = file.get().text("default_prompt_name");
    if (name.isPresent() && !byName.containsKey(name.get())) {
      throw file.get().flaw("default_prompt_name", "the name of a prompt");
    }
    return new SentencePrompts(Map.copyOf(byName), name.map(byName::get));
  }

  /** Whether a request can be changed by them. */
  boolean any() {
    return byName.values().stream().anyMatch(prompt -> !prompt.isEmpty());
  }
}
