package io.ferry.engine.folder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A JSON file of a model folder, read strictly: a field that is there has the type that it should.
 *
 * @param name the file's, for reasons
 * @param root what it holds
 */
record JsonFile(String name, JsonNode root) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Labels by the ten thousand and prompts fit; what is larger is something else. */
  private static final long MOST_BYTES = 16L << 20;

  /**
   * Reads a file that must be there.
   *
   * @param madeBy what makes the file, for who misses it
   */
  static JsonFile required(Path folder, String name, String madeBy) throws ModelLoadException {
    Optional<JsonFile> file = optional(folder, name);
    if (file.isEmpty()) {
      throw new ModelLoadException("the model folder has no %s; %s".formatted(name, madeBy));
    }
    return file.get();
  }

  /** Reads a file that may be missing. */
  static Optional<JsonFile> optional(Path folder, String name) throws ModelLoadException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelLoadException(name + " cannot be read: it is no file");
    }
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new ModelLoadException(
            "%s is larger than %d MB, which no such file is".formatted(name, MOST_BYTES >> 20));
      }
      JsonNode root = JSON.readTree(Files.readString(file));
      if (!root.isContainerNode()) {
        throw new ModelLoadException(name + " is cut off or empty");
      }
      return Optional.of(new JsonFile(name, root));
    } catch (JsonProcessingException broken) {
      throw new ModelLoadException(name + " is not JSON, or cut off", broken);
    } catch (IOException unreadable) {
      throw new ModelLoadException(name + " cannot be read", unreadable);
    }
  }

  /** A whole number, at least {@code least}; empty if it is not there or null. */
  OptionalInt whole(String field, int least) throws ModelLoadException {
    JsonNode value = root.path(field);
    if (absent(value)) {
      return OptionalInt.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < least) {
      throw flaw(field, "a whole number from %d".formatted(least));
    }
    return OptionalInt.of(value.asInt());
  }

  /** A whole number that must be there. */
  int requiredWhole(String field, int least) throws ModelLoadException {
    OptionalInt value = whole(field, least);
    if (value.isEmpty()) {
      throw flaw(field, "a whole number from %d".formatted(least));
    }
    return value.getAsInt();
  }

  /** A text; empty if it is not there or null. */
  Optional<String> text(String field) throws ModelLoadException {
    JsonNode value = root.path(field);
    if (absent(value)) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw flaw(field, "a text");
    }
    return Optional.of(value.asText());
  }

  /** True or false; false if it is not there. */
  boolean flag(String field) throws ModelLoadException {
    JsonNode value = root.path(field);
    if (absent(value)) {
      return false;
    }
    if (!value.isBoolean()) {
      throw flaw(field, "true or false");
    }
    return value.asBoolean();
  }

  ModelLoadException flaw(String field, String expected) {
    return new ModelLoadException("%s: %s must be %s".formatted(name, field, expected));
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }
}
