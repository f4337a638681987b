package io.ferry.server;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Every way we know to get the body of {@code POST /process} wrong, with what it must get. */
final class BadRequests {

  /**
   * One wrong body.
   *
   * @param name for the report
   * @param body exactly these bytes
   * @param status it is answered with
   * @param type the error type
   * @param says part of the sentence: what a person needs to mend the request
   */
  record BadRequest(String name, byte[] body, int status, String type, String says) {
    @Override
    public String toString() {
      return name;
    }
  }

  private BadRequests() {}

  static Stream<BadRequest> all() {
    return Stream.of(
            noJson(),
            wrongShape(),
            wrongInput(),
            wrongFields(),
            numbers(),
            encoding(),
            impossible())
        .flatMap(it -> it);
  }

  private static Stream<BadRequest> noJson() {
    return Stream.of(
        malformed("", "the body is empty"),
        malformed("  \n ", "JSON"),
        malformed("hello", "line 1, column"),
        malformed("{", "not JSON"),
        malformed("}", "not JSON"),
        malformed("{\"input\": \"a\"", "not JSON"),
        malformed("{\"input\": \"a", "not JSON"),
        malformed("{\"input\"", "not JSON"),
        malformed("{\"input\": }", "not JSON"),
        malformed("{\"input\": \"a\",}", "not JSON"),
        malformed("{\"input\": [\"a\",]}", "not JSON"),
        malformed("{'input': 'a'}", "not JSON"),
        malformed("{input: \"a\"}", "not JSON"),
        malformed("{\"input\": \"a\"} {}", "not JSON"),
        malformed("{\"input\": \"a\"} x", "not JSON"),
        malformed("{\"input\": \"a\"}]", "not JSON"),
        malformed("{\"input\": \"a\"} // why", "not JSON"),
        malformed("/* why */ {\"input\": \"a\"}", "not JSON"),
        malformed("{\"input\": \"a\nb\"}", "not JSON"),
        malformed("{\"input\": \"a\tb\"}", "not JSON"),
        malformed("{\"input\": \"\\x41\"}", "not JSON"),
        malformed("{\"input\": \"\\u12\"}", "not JSON"),
        malformed("{\"input\": \"a\", \"input\": \"b\"}", "Duplicate field 'input'"),
        malformed("{\"input\": \"a\", \"top_k\": 1, \"top_k\": 2}", "Duplicate field 'top_k'"),
        named("100,000 open brackets", "[".repeat(100_000), "the body may nest 1000 levels deep"),
        named(
            "100,000 open braces", "{\"a\":".repeat(100_000), "the body may nest 1000 levels deep"),
        named(
            "a deep input",
            "{\"input\": " + "[".repeat(100_000),
            "the body may nest 1000 levels deep"),
        named(
            "a name of 60,000 characters",
            "{\"" + "n".repeat(60_000) + "\": 1}",
            "the body may nest 1000 levels deep"),
        named(
            "a number of 2,000 digits",
            "{\"top_k\": " + "9".repeat(2_000) + "}",
            "the body may nest 1000 levels deep"));
  }

  private static Stream<BadRequest> wrongShape() {
    return Stream.of(
        malformed("[]", "not a list"),
        malformed("[\"a\"]", "not a list"),
        malformed("\"a\"", "not a text"),
        malformed("1", "not the number 1"),
        malformed("true", "not true or false"),
        malformed("null", "not null"),
        malformed("{}", "\"input\" is missing"),
        malformed("{\"model\": \"language-id\"}", "\"input\" is missing"));
  }

  private static Stream<BadRequest> wrongInput() {
    return Stream.of(
        malformed("{\"input\": null}", "\"input\" must be a text or a list of texts, not null"),
        malformed("{\"input\": 1}", "not the number 1"),
        malformed("{\"input\": -1.5}", "not the number -1.5"),
        malformed("{\"input\": true}", "not true or false"),
        malformed("{\"input\": {}}", "not an object"),
        malformed("{\"input\": {\"text\": \"a\"}}", "not an object"),
        malformed(
            "{\"input\": {\"text\": \"a\", \"text_pair\": 1}}",
            "\"input\".text_pair must be a text, not the number 1"),
        malformed("{\"input\": [\"a\", 1]}", "\"input\"[1] must be a text, not the number 1"),
        malformed("{\"input\": [null]}", "\"input\"[0] must be a text, not null"),
        malformed("{\"input\": [[\"a\"]]}", "\"input\"[0] must be a text, not a list"),
        malformed("{\"input\": [\"a\", \"b\", {}]}", "\"input\"[2] must be a text, not an object"),
        malformed("{\"input\": [true]}", "\"input\"[0] must be a text, not true or false"));
  }

  private static Stream<BadRequest> wrongFields() {
    return Stream.of(
        malformed("{\"inputs\": \"a\"}", "unknown field \"inputs\"; there are input, model"),
        malformed("{\"input\": \"a\", \"Top_k\": 1}", "unknown field \"Top_k\""),
        malformed("{\"input\": \"a\", \"\": 1}", "unknown field \"\""),
        malformed("{\"input\": \"a\", \"\\ud83d\": 1}", "unknown field \"?\""),
        malformed("{\"input\": \"a\", \"stream\": null}", "unknown field \"stream\""),
        malformed("{\"input\": \"a\", \"model\": 1}", "\"model\" must be a text"),
        malformed("{\"input\": \"a\", \"model\": [\"b\"]}", "\"model\" must be a text, not a list"),
        malformed("{\"input\": \"a\", \"model\": {}}", "\"model\" must be a text, not an object"),
        malformed("{\"input\": \"a\", \"model\": false}", "\"model\" must be a text"));
  }

  private static Stream<BadRequest> numbers() {
    return Stream.of("top_k", "dimensions", "timeout_ms", "priority")
        .flatMap(
            field ->
                Stream.of("\"5\"", "1.5", "1e2", "[]", "{}", "true", "99999999999999999999")
                    .map(
                        value ->
                            malformed(
                                "{\"input\": \"a\", \"%s\": %s}".formatted(field, value),
                                "\"" + field + "\" must be a whole number")));
  }

  private static Stream<BadRequest> encoding() {
    return Stream.of(
        bytes("a byte that UTF-8 has not", "not JSON", 0xff),
        bytes("half a character", "not JSON", 0xc3),
        bytes("an overlong zero", "not JSON", 0xc0, 0x80),
        bytes("a character over U+10FFFF", "not JSON", 0xf5, 0x80, 0x80, 0x80),
        bytes("half a surrogate pair in bytes", "not JSON", 0xed, 0xa0, 0xbd),
        new BadRequest(
            "UTF-16",
            "{\"input\": \"a\"}".getBytes(StandardCharsets.UTF_16BE),
            400,
            "Validation",
            "not JSON"),
        impossible("{\"input\": \"\\ud83d\"}", "Validation", "half a surrogate pair"),
        impossible("{\"input\": \"\\ude00\"}", "Validation", "half a surrogate pair"),
        impossible("{\"input\": \"a\\ud83dz\"}", "Validation", "half a surrogate pair"),
        impossible("{\"input\": \"\\ude00\\ud83d\"}", "Validation", "half a surrogate pair"),
        impossible("{\"input\": [\"a\", \"\\ud83d\"]}", "Validation", "input 1: "));
  }

  private static Stream<BadRequest> impossible() {
    return Stream.of(
        impossible("{\"input\": \"\"}", "Empty", "the text is empty"),
        impossible("{\"input\": []}", "Empty", "an empty list"),
        impossible("{\"input\": [\"\"]}", "Empty", "the text is empty"),
        impossible("{\"input\": [\"a\", \"b\", \"\"]}", "Empty", "input 2: the text is empty"),
        new BadRequest(
            "257 rows",
            utf8("{\"input\": [" + "\"a\",".repeat(256) + "\"a\"]}"),
            422,
            "Validation",
            "257 rows, at most 256"),
        new BadRequest(
            "a text of 100,001 characters",
            utf8("{\"input\": \"" + "a".repeat(100_001) + "\"}"),
            422,
            "Validation",
            "100001 characters, at most 100000"),
        new BadRequest(
            "a text of too many tokens",
            utf8("{\"input\": [\"a\", \"" + "carry ".repeat(1_600) + "\"]}"),
            422,
            "Validation",
            "the model takes 8192"),
        impossible(
            "{\"input\": \"a\", \"top_k\": 0}", "Validation", "\"top_k\" must be at least 1"),
        impossible(
            "{\"input\": \"a\", \"top_k\": -7}", "Validation", "\"top_k\" must be at least 1"),
        impossible(
            "{\"input\": {\"query\": \"a\", \"texts\": [\"b\"]}}",
            "Validation",
            "model \"language-id\" classifies texts; send"),
        impossible("{\"input\": \"a\", \"dimensions\": 8}", "Validation", "has no use for"),
        impossible("{\"input\": \"a\", \"prompt_name\": \"q\"}", "Validation", "has no prompts"),
        impossible(
            "{\"input\": \"a\", \"truncate\": true, \"truncation_direction\": \"up\"}",
            "Validation",
            "allowed are"),
        impossible("{\"input\": \"a\", \"timeout_ms\": 0}", "Validation", "at least 1 ms"),
        impossible("{\"input\": \"a\", \"timeout_ms\": -1}", "Validation", "at least 1 ms"),
        impossible("{\"input\": \"a\", \"priority\": -1}", "Validation", "allowed is 0 to 9"),
        impossible("{\"input\": \"a\", \"priority\": 10}", "Validation", "allowed is 0 to 9"),
        impossible("{\"input\": \"a\", \"priority\": 57}", "Validation", "priority is 57,"),
        impossible(
            "{\"input\": \"a\", \"priority\": 5000000000}",
            "Validation",
            "priority is 5000000000, allowed is 0 to 9"),
        unknownModel("{\"input\": \"a\", \"model\": \"nobody\"}"),
        unknownModel("{\"input\": \"a\", \"model\": \"\"}"),
        unknownModel("{\"input\": \"a\", \"model\": \"\\ud83d\"}"),
        unknownModel("{\"input\": \"a\", \"model\": \"Language-ID\"}"));
  }

  private static BadRequest malformed(String body, String says) {
    return named(body, body, says);
  }

  private static BadRequest named(String name, String body, String says) {
    return new BadRequest(name, utf8(body), 400, "Validation", says);
  }

  private static BadRequest bytes(String name, String says, int... inside) {
    byte[] body = utf8("{\"input\": \"" + " ".repeat(inside.length) + "\"}");
    for (int i = 0; i < inside.length; i++) {
      body[11 + i] = (byte) inside[i];
    }
    return new BadRequest(name, body, 400, "Validation", says);
  }

  private static BadRequest impossible(String body, String type, String says) {
    return new BadRequest(body, utf8(body), 422, type, says);
  }

  private static BadRequest unknownModel(String body) {
    return new BadRequest(body, utf8(body), 404, "NotFound", "served here: language-id");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
