package io.ferry.engine.folder;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What Ferry must know of {@code tokenizer.json}. Its vocabulary can have megabytes, so the file is
 * read as it streams by; the parts that say how a text is taken apart are small and kept.
 */
final class TokenizerFile {

  /** The name of the file. */
  static final String FILE = "tokenizer.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Long> added = new HashMap<>();
  private final Map<String, JsonNode> parts = new HashMap<>();
  private long largestId = -1;

  private TokenizerFile() {}

  /**
   * Reads a file that is there.
   *
   * @throws ModelLoadException also if the tokenizers' library must not see it, see {@link
   *     TokenizerSafety}
   */
  static TokenizerFile read(Path folder) throws ModelLoadException {
    TokenizerFile file = new TokenizerFile();
    try (JsonParser json = JSON.createParser(Files.newInputStream(folder.resolve(FILE)))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new ModelLoadException("tokenizer.json is no tokenizer: it holds no object");
      }
      eachField(json, field -> file.readPart(field, json));
    } catch (JsonProcessingException broken) {
      throw new ModelLoadException("tokenizer.json is not JSON, or cut off", broken);
    } catch (IOException unreadable) {
      throw new ModelLoadException("tokenizer.json cannot be read", unreadable);
    }
    TokenizerSafety.check(file);
    return file;
  }

  private void readPart(String field, JsonParser json) throws IOException {
    switch (field) {
      case "model" -> eachField(json, inner -> readModel(inner, json));
      case "added_tokens" -> eachElement(json, () -> readAdded(json));
      case "normalizer", "pre_tokenizer", "post_processor", "decoder" ->
          parts.put(field, json.readValueAsTree());
      default -> {}
    }
  }

  private void readModel(String field, JsonParser json) throws IOException {
    if (!field.equals("vocab")) {
      return;
    }
    if (json.currentToken() == JsonToken.START_ARRAY) {
      // Unigram: [token, score] for each id.
      eachElement(json, () -> largestId++);
    } else {
      eachField(json, token -> largestId = Math.max(largestId, json.getValueAsLong()));
    }
  }

  private void readAdded(JsonParser json) throws IOException {
    JsonNode token = json.readValueAsTree();
    added.put(token.path("content").asText(), token.path("id").asLong(-1));
  }

  /** Reads the value of a field. */
  @FunctionalInterface
  private interface FieldReader {
    void read(String field) throws IOException;
  }

  /** Reads an element. */
  @FunctionalInterface
  private interface ElementReader {
    void read() throws IOException;
  }

  /** Goes over an object, if the parser is at one; what is not read of a value is passed over. */
  private static void eachField(JsonParser json, FieldReader reader) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        reader.read(field);
        json.skipChildren();
      }
    }
  }

  /** Goes over an array, if the parser is at one; what is not read of an element is passed over. */
  private static void eachElement(JsonParser json, ElementReader reader) throws IOException {
    if (json.currentToken() == JsonToken.START_ARRAY) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        reader.read();
        json.skipChildren();
      }
    }
  }

  /** The largest id of the vocabulary, without what was added to it; -1 if there is none. */
  long largestId() {
    return largestId;
  }

  /** The ids of the tokens that were added to the vocabulary, special ones among them. */
  Map<String, Long> added() {
    return added;
  }

  /** One of normalizer, pre_tokenizer, post_processor and decoder; missing or null if not there. */
  JsonNode part(String name) {
    return parts.getOrDefault(name, MissingNode.getInstance());
  }
}
