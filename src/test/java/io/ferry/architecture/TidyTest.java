package io.ferry.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is left to a reviewer's patience elsewhere. */
class TidyTest {

  private static final int LONGEST_FILE = 400;
  private static final Path SOURCES = Path.of("src");

  /** Written in halves, so that this file is not found itself. */
  private static final List<String> UNFINISHED = List.of("TO" + "DO", "FIX" + "ME", "X" + "XX");

  private static List<Path> javaFiles(Path below, Predicate<List<String>> filter)
      throws IOException {
    try (Stream<Path> files = Files.walk(below)) {
      List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertTrue(java.size() > 20, "found " + java.size() + " files in " + below);
      return java.stream().filter(file -> filter.test(lines(file))).toList();
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  @Test
  void nothingIsLeftUnfinished() throws IOException {
    assertEquals(
        List.of(),
        javaFiles(
            SOURCES,
            lines ->
                lines.stream().anyMatch(line -> UNFINISHED.stream().anyMatch(line::contains))));
  }

  @Test
  void noMainFileIsLong() throws IOException {
    assertEquals(
        List.of(), javaFiles(SOURCES.resolve("main/java"), lines -> lines.size() > LONGEST_FILE));
  }

  @Test
  void nothingPrintsWhereALogBelongs() throws IOException {
    String print = "System" + ".out";
    assertEquals(
        List.of(),
        javaFiles(
            SOURCES.resolve("main"),
            lines -> lines.stream().anyMatch(line -> line.contains(print))));
  }
}
