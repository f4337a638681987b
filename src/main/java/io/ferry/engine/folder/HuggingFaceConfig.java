package io.ferry.engine.folder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a classifier's {@code config.json} says, as the transformers library writes it.
 *
 * @param labels of {@code id2label}, in the order of the logits
 * @param maxTokens {@code max_position_embeddings}: the longest row
 * @param vocabularySize {@code vocab_size}: token ids are below it
 * @param padTokenId {@code pad_token_id}
 */
public record HuggingFaceConfig(
    List<String> labels, int maxTokens, int vocabularySize, long padTokenId) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads the file.
   *
   * @throws ModelLoadException if it cannot be read, is not JSON, or lacks a field
   */
  public static HuggingFaceConfig read(Path file) throws ModelLoadException {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException broken) {
      throw new ModelLoadException("config.json is not JSON", broken);
    } catch (IOException unreadable) {
      throw new ModelLoadException("config.json cannot be read", unreadable);
    }
    int vocabularySize = positive(root, "vocab_size");
    return new HuggingFaceConfig(
        labels(root),
        positive(root, "max_position_embeddings"),
        vocabularySize,
        padTokenId(root, vocabularySize));
  }

  private static List<String> labels(JsonNode root) throws ModelLoadException {
    JsonNode byId = root.path("id2label");
    List<String> labels = new ArrayList<>();
    for (int id = 0; id < byId.size(); id++) {
      JsonNode label = byId.path(Integer.toString(id));
      if (!label.isTextual()) {
        throw new ModelLoadException("config.json: id2label has no label for \"" + id + "\"");
      }
      labels.add(label.asText());
    }
    if (labels.isEmpty()) {
      throw new ModelLoadException("config.json has no id2label, so the model is no classifier");
    }
    return List.copyOf(labels);
  }

  private static int positive(JsonNode root, String field) throws ModelLoadException {
    JsonNode value = root.path(field);
    if (!whole(value) || value.asInt() < 1) {
      throw new ModelLoadException("config.json: " + field + " must be a positive whole number");
    }
    return value.asInt();
  }

  private static long padTokenId(JsonNode root, int vocabularySize) throws ModelLoadException {
    JsonNode value = root.path("pad_token_id");
    if (!whole(value) || value.asInt() < 0 || value.asInt() >= vocabularySize) {
      throw new ModelLoadException("config.json: pad_token_id must be an id of the vocabulary");
    }
    return value.asInt();
  }

  private static boolean whole(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToInt();
  }
}
