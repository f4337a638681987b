package io.ferry.server;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Every way we know to send something that is not a JSON object, whatever the protocol. */
final class BrokenJson {

  /**
   * One body.
   *
   * @param name for the report
   * @param body exactly these bytes
   * @param says part of the sentence that it is answered with
   */
  record Body(String name, byte[] body, String says) {}

  private BrokenJson() {}

  /**
   * The bodies.
   *
   * @param field a field that holds a text in a good request
   */
  static Stream<Body> of(String field) {
    return Stream.of(
        text("", "the body is empty"),
        text("  \n ", "the body is empty"),
        text("hello", "line 1, column"),
        text("{", "not JSON"),
        text("}", "not JSON"),
        text("[]", "not a list"),
        text("\"a\"", "not a text"),
        text("1", "not the number 1"),
        text("null", "not null"),
        text("{\"%s\": \"a\"".formatted(field), "not JSON"),
        text("{\"%s\": \"a".formatted(field), "not JSON"),
        text("{\"%s\"".formatted(field), "not JSON"),
        text("{\"%s\": }".formatted(field), "not JSON"),
        text("{\"%s\": \"a\",}".formatted(field), "not JSON"),
        text("{\"%s\": [\"a\",]}".formatted(field), "not JSON"),
        text("{'%s': 'a'}".formatted(field), "not JSON"),
        text("{\"%s\": \"a\"} {}".formatted(field), "not JSON"),
        text("{\"%s\": \"a\"} // why".formatted(field), "not JSON"),
        text("{\"%s\": NaN}".formatted(field), "not JSON"),
        text("{\"%s\": [1, -Infinity]}".formatted(field), "not JSON"),
        text("{\"%s\": \"a\nb\"}".formatted(field), "not JSON"),
        text("{\"%s\": \"\\u12\"}".formatted(field), "not JSON"),
        text("{\"%s\": \"a\", \"%s\": \"b\"}".formatted(field, field), "Duplicate field"),
        new Body("100,000 open brackets", utf8("[".repeat(100_000)), "nest 1000 levels deep"),
        new Body(
            "a deep field",
            utf8("{\"%s\": ".formatted(field) + "[".repeat(100_000)),
            "nest 1000 levels deep"),
        new Body(
            "a name of 60,000 characters",
            utf8("{\"" + "n".repeat(60_000) + "\": 1}"),
            "nest 1000 levels deep"),
        new Body(
            "a number of 2,000 digits",
            utf8("{\"%s\": [".formatted(field) + "9".repeat(2_000) + "]}"),
            "nest 1000 levels deep"),
        bytes(field, "a byte that UTF-8 has not", 0xff),
        bytes(field, "half a character", 0xc3),
        bytes(field, "an overlong zero", 0xc0, 0x80),
        bytes(field, "half a surrogate pair in bytes", 0xed, 0xa0, 0xbd),
        new Body(
            "UTF-16",
            "{\"%s\": \"a\"}".formatted(field).getBytes(StandardCharsets.UTF_16BE),
            "not JSON"));
  }

  private static Body text(String body, String says) {
    return new Body(body, utf8(body), says);
  }

  private static Body bytes(String field, String name, int... inside) {
    String before = "{\"%s\": \"".formatted(field);
    byte[] body = utf8(before + " ".repeat(inside.length) + "\"}");
    for (int i = 0; i < inside.length; i++) {
      body[before.length() + i] = (byte) inside[i];
    }
    return new Body(name, body, "not JSON");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
