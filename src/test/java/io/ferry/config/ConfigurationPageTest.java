package io.ferry.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pins the keys and their defaults: they are a promise, and the page must keep up. */
class ConfigurationPageTest {

  @Test
  void thePageAndTheCodeNameTheSameKeysWithTheSameDefaults() throws IOException {
    List<String> documented;
    try (Stream<String> lines = Files.lines(Path.of("docs/configuration.md"))) {
      documented =
          lines
              .filter(line -> line.startsWith("| `ferry."))
              .map(line -> line.split(" *\\| *", -1))
              .map(cells -> String.join(" ", cells[1], cells[2], cells[3], cells[4]))
              .toList();
    }
    List<String> keys =
        Stream.of(Key.values())
            .map(
                key ->
                    "`%s` `%s` `%s` %s"
                        .formatted(
                            key.property(),
                            Key.canonical(key.property()),
                            key.defaultValue(),
                            key.scope() == Key.Scope.MODEL ? "yes" : "no"))
            .toList();
    assertEquals(keys, documented);
  }
}
