package io.ferry.engine.folder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The vocabulary in {@code tokenizer.json}. Such files can have megabytes, so it is read as it
 * streams by.
 */
final class TokenizerFile {

  /** The name of the file. */
  static final String FILE = "tokenizer.json";

  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, Long> added = new HashMap<>();
  private long largestId = -1;

  private TokenizerFile() {}

  /** Reads a file that is there. */
  static TokenizerFile read(Path folder) throws ModelLoadException {
    TokenizerFile file = new TokenizerFile();
    try (JsonParser json = JSON.createParser(Files.newInputStream(folder.resolve(FILE)))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new ModelLoadException("tokenizer.json is no tokenizer: it holds no object");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "model" -> file.readModel(json);
          case "added_tokens" -> file.readAdded(json);
          default -> json.skipChildren();
        }
      }
    } catch (JsonProcessingException broken) {
      throw new ModelLoadException("tokenizer.json is not JSON, or cut off", broken);
    } catch (IOException unreadable) {
      throw new ModelLoadException("tokenizer.json cannot be read", unreadable);
    }
    return file;
  }

  private void readModel(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      if (!field.equals("vocab")) {
        json.skipChildren();
      } else if (value == JsonToken.START_ARRAY) {
        // Unigram: [token, score] for each id.
        for (long id = 0; json.nextToken() != JsonToken.END_ARRAY; id++) {
          json.skipChildren();
          largestId = Math.max(largestId, id);
        }
      } else if (value == JsonToken.START_OBJECT) {
        while (json.nextToken() != JsonToken.END_OBJECT) {
          json.nextToken();
          largestId = Math.max(largestId, json.getValueAsLong());
        }
      }
    }
  }

  private void readAdded(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        json.skipChildren();
        continue;
      }
      long id = -1;
      String content = "";
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        json.nextToken();
        if (field.equals("id")) {
          id = json.getValueAsLong();
        } else if (field.equals("content")) {
          content = json.getText();
        } else {
          json.skipChildren();
        }
      }
      added.put(content, id);
      largestId = Math.max(largestId, id);
    }
  }

  /** The largest id that the tokenizer can give; -1 if it has no vocabulary. */
  long largestId() {
    return largestId;
  }

  /** The ids of the tokens that were added to the vocabulary, special ones among them. */
  Map<String, Long> added() {
    return added;
  }
}
