package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer as a page of docs/ shows it: a server's may differ in the last digits of numbers, and
 * behind an ellipsis anything may come.
 */
record DocumentedAnswer(String text) {

  private static final double SAME = 1e-4;
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?(E-?\\d+)?");

  void assertIs(String answer) {
    int shown = text.indexOf('…');
    String expected = shown < 0 ? text : text.substring(0, shown);
    Matcher numbers = NUMBER.matcher(answer);
    Matcher expectedNumbers = NUMBER.matcher(expected);
    while (expectedNumbers.find()) {
      assertTrue(numbers.find(), answer);
      assertEquals(
          Double.parseDouble(expectedNumbers.group()),
          Double.parseDouble(numbers.group()),
          SAME,
          answer);
    }
    String words = NUMBER.matcher(expected).replaceAll("");
    String given = NUMBER.matcher(answer).replaceAll("");
    assertTrue(shown < 0 ? given.equals(words) : given.startsWith(words), answer);
  }
}
