package io.ferry.languageid;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The sentences that language-id was made with, one file a language. */
final class Sentences {

  private static final Path DATA = Path.of("src/main/python/language_id/data");

  private Sentences() {}

  static Map<String, List<String>> training() {
    return read("train");
  }

  static Map<String, List<String>> heldOut() {
    return read("heldout");
  }

  static List<String> notALanguage() {
    return lines(DATA.resolve("not_a_language.txt"));
  }

  private static Map<String, List<String>> read(String split) {
    Map<String, List<String>> byLanguage = new TreeMap<>();
    try (Stream<Path> files = Files.list(DATA.resolve(split))) {
      files.forEach(
          file -> byLanguage.put(file.getFileName().toString().replace(".txt", ""), lines(file)));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return byLanguage;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
