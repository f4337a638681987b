package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Java and JavaScript of docs/protocols.md are lines of the tests, which run them. */
class ProtocolsPageTest {

  private static final Path PAGE = Path.of("docs/protocols.md");
  private static final List<Path> TESTS =
      List.of(Path.of("src/test/clients"), Path.of("src/test/node"));
  private static final Pattern EXAMPLE = Pattern.compile("(?s)```(java|js)\\n(.*?)\\n```");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final int FEWEST = 5;

  @Test
  void everyExampleIsRunByATest() throws IOException {
    List<String> sources = sources();
    List<String> examples =
        EXAMPLE.matcher(Files.readString(PAGE)).results().map(it -> it.group(2)).toList();
    assertTrue(examples.size() >= FEWEST, "found " + examples.size() + " examples");

    List<String> runByNobody =
        examples.stream()
            .filter(example -> sources.stream().noneMatch(it -> it.contains(oneLine(example))))
            .toList();

    assertEquals(List.of(), runByNobody);
  }

  private static List<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    for (Path folder : TESTS) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(it -> it.toString().matches(".*\\.(java|js)")).toList()) {
          sources.add(oneLine(Files.readString(file)));
        }
      }
    }
    return sources;
  }

  /** Without its indentation: the page has another than the tests. */
  private static String oneLine(String code) {
    return SPACE.matcher(code).replaceAll(" ").strip();
  }
}
