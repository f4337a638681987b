package io.ferry.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of the kustomize base, as text: tests break a copy of it and look whether it is
 * noticed.
 *
 * @param files text by file name
 */
record Base(Map<String, String> files) {

  static Base read(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return new Base(
          paths.collect(Collectors.toMap(path -> path.getFileName().toString(), Base::text)));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** The same with one piece of text replaced, wherever it stands in that file. */
  Base with(String file, String piece, String replacement) {
    String before = files.get(file);
    if (!before.contains(piece)) {
      throw new IllegalArgumentException(file + " has no \"" + piece + "\"");
    }
    Map<String, String> broken = new TreeMap<>(files);
    broken.put(file, before.replace(piece, replacement));
    return new Base(broken);
  }

  /**
   * Each file's object, by file name.
   *
   * @throws IllegalArgumentException if one of them is refused
   */
  Map<String, JsonNode> objects() {
    Map<String, JsonNode> objects = new TreeMap<>();
    files.forEach((name, text) -> objects.put(name, object(name, text)));
    return objects;
  }

  private static JsonNode object(String name, String text) {
    try {
      return StrictYaml.read(text);
    } catch (IllegalArgumentException refused) {
      throw new IllegalArgumentException(name + ": " + refused.getMessage(), refused);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
