package io.ferry.languageid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What must hold of the data for the figures of language-id to mean anything. */
class SentencesTest {

  private static final int WINDOW = 15;
  private static final Set<String> LANGUAGES =
      new TreeSet<>(
          List.of(
              "en de fr es it pt nl sv pl cs ro hu fi tr ru uk el ar he hi ja ko zh vi id"
                  .split(" ")));

  @Test
  void everyLanguageHasTrainingAndHeldOutSentences() {
    assertEquals(LANGUAGES, Sentences.training().keySet());
    assertEquals(LANGUAGES, Sentences.heldOut().keySet());
    Sentences.heldOut()
        .forEach((language, lines) -> assertTrue(lines.size() >= 12, language + " has too few"));
  }

  @Test
  void noHeldOutSentenceSharesAWindowWithATrainingSentence() {
    Map<String, String> heldOut = new HashMap<>();
    Sentences.heldOut()
        .values()
        .forEach(
            lines -> lines.forEach(line -> windows(line).forEach(it -> heldOut.put(it, line))));
    Sentences.training()
        .forEach(
            (language, lines) ->
                lines.forEach(
                    line ->
                        windows(line)
                            .forEach(
                                it ->
                                    assertTrue(
                                        !heldOut.containsKey(it),
                                        () ->
                                            "%s: \"%s\" shares \"%s\" with the held-out \"%s\""
                                                .formatted(language, line, it, heldOut.get(it))))));
  }

  @Test
  void noSentenceIsThereTwice() {
    Sentences.training()
        .forEach(
            (language, lines) ->
                assertEquals(
                    lines.size(),
                    lines.stream().map(line -> line.toLowerCase(Locale.ROOT)).distinct().count(),
                    language));
  }

  /** A line that is shorter than a window counts as one window. */
  private static Set<String> windows(String line) {
    String text = line.toLowerCase(Locale.ROOT);
    Set<String> windows = new TreeSet<>();
    for (int start = 0; start == 0 || start + WINDOW <= text.length(); start++) {
      windows.add(text.substring(start, Math.min(text.length(), start + WINDOW)));
    }
    return windows;
  }
}
