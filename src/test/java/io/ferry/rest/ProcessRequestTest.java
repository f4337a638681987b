package io.ferry.rest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.protocol.MalformedException;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessRequestTest {

  private static final ProcessOptions NO_OPTIONS =
      new ProcessOptions(
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static ProcessRequest parse(String body) throws MalformedException {
    return ProcessRequest.parse(body.getBytes(UTF_8));
  }

  private static String explanationOf(byte[] body) {
    return assertThrows(MalformedException.class, () -> ProcessRequest.parse(body)).explanation();
  }

  // ---- good bodies

  @Test
  void readsOneText() throws Exception {
    ProcessRequest request = parse("{\"input\": \"Wo fährt der Zug ab? \\ud83d\\udc4d\"}");

    assertEquals("Wo fährt der Zug ab? 👍", request.input().textValue());
    assertEquals(Optional.empty(), request.model());
    assertEquals(NO_OPTIONS, request.options());
    assertEquals(OptionalLong.empty(), request.timeoutMillis());
    assertEquals(OptionalLong.empty(), request.priority());
  }

  @Test
  void readsAListAndEveryOption() throws Exception {
    ProcessRequest request =
        parse(
            """
            {"priority": 9, "timeout_ms": 250, "top_k": 3, "model": "language-id", "dimensions": 8,
             "truncate": true, "truncation_direction": "left", "prompt_name": "query",
             "input": ["a", "", "a"]}
            """);

    assertEquals(3, request.input().size());
    assertEquals(Optional.of("language-id"), request.model());
    assertEquals(
        new ProcessOptions(
            OptionalLong.of(3),
            OptionalLong.of(8),
            Optional.of(true),
            Optional.of("left"),
            Optional.of("query")),
        request.options());
    assertEquals(OptionalLong.of(250), request.timeoutMillis());
    assertEquals(OptionalLong.of(9), request.priority());
  }

  @Test
  void anOptionThatIsNullIsNotThere() throws Exception {
    assertEquals(
        parse("{\"input\": \"a\"}"),
        parse(
            """
            {"input": "a", "model": null, "top_k": null, "timeout_ms": null, "priority": null,
             "dimensions": null, "truncate": null, "truncation_direction": null, "prompt_name": null}
            """));
  }

  @Test
  void leavesItToOthersWhatIsTooMuchOrTooLittle() throws Exception {
    ProcessRequest request =
        parse("{\"input\": [], \"timeout_ms\": -1, \"priority\": 9223372036854775807}");
    assertTrue(request.input().isArray());
    assertEquals(OptionalLong.of(-1), request.timeoutMillis());
    assertEquals(OptionalLong.of(Long.MAX_VALUE), request.priority());
  }

  // ---- bad bodies

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                     | the body is empty; send a JSON object such as {"input": "text"}
          "a"                                    | the body must be a JSON object such as {"input": "text"}, not a text
          ["a"]                                  | the body must be a JSON object such as {"input": "text"}, not a list
          7                                      | the body must be a JSON object such as {"input": "text"}, not the number 7
          true                                   | the body must be a JSON object such as {"input": "text"}, not true or false
          null                                   | the body must be a JSON object such as {"input": "text"}, not null
          {}                                     | the field "input" is missing; it is what the model is run on, such as a text
          {"model": "m"}                         | the field "input" is missing; it is what the model is run on, such as a text
          {"inputs": "a"}                        | unknown field "inputs"; there are input, model, top_k, dimensions, truncate, truncation_direction, prompt_name, timeout_ms, priority
          {"Input": "a"}                         | unknown field "Input"; there are input, model, top_k, dimensions, truncate, truncation_direction, prompt_name, timeout_ms, priority
          {"input": "a", "topk": 1}              | unknown field "topk"; there are input, model, top_k, dimensions, truncate, truncation_direction, prompt_name, timeout_ms, priority
          {"input": "a", "": 1}                  | unknown field ""; there are input, model, top_k, dimensions, truncate, truncation_direction, prompt_name, timeout_ms, priority
          {"input": "a", "model": 1}             | "model" must be a text, not the number 1
          {"input": "a", "model": ["m"]}         | "model" must be a text, not a list
          {"input": "a", "top_k": "5"}           | "top_k" must be a whole number, not a text
          {"input": "a", "top_k": 1.5}           | "top_k" must be a whole number, not the number 1.5
          {"input": "a", "top_k": 5.0}           | "top_k" must be a whole number, not the number 5.0
          {"input": "a", "top_k": true}          | "top_k" must be a whole number, not true or false
          {"input": "a", "top_k": [5]}           | "top_k" must be a whole number, not a list
          {"input": "a", "dimensions": "8"}      | "dimensions" must be a whole number, not a text
          {"input": "a", "dimensions": 8.5}      | "dimensions" must be a whole number, not the number 8.5
          {"input": "a", "truncate": 1}          | "truncate" must be true or false, not the number 1
          {"input": "a", "truncate": "true"}     | "truncate" must be true or false, not a text
          {"input": "a", "truncation_direction": true} | "truncation_direction" must be a text, not true or false
          {"input": "a", "prompt_name": 1}       | "prompt_name" must be a text, not the number 1
          {"input": "a", "timeout_ms": "1s"}     | "timeout_ms" must be a whole number, not a text
          {"input": "a", "timeout_ms": 1e3}      | "timeout_ms" must be a whole number, not the number 1000.0
          {"input": "a", "timeout_ms": {}}       | "timeout_ms" must be a whole number, not an object
          {"input": "a", "priority": "high"}     | "priority" must be a whole number, not a text
          {"input": "a", "priority": 9223372036854775808} | "priority" must be a whole number, not the number 9223372036854775808
          """)
  void saysWhichFieldIsWrongAndWhatItTakes(String body, String explanation) {
    assertEquals(explanation, explanationOf(body.getBytes(UTF_8)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          input=a                          | 1 | Unrecognized token
          {                                | 1 | end-of-input
          {"input"                         | 1 | end-of-input
          {"input": "a"                    | 1 | end-of-input
          {"input": "a                     | 1 | end-of-input
          {"input": "a",}                  | 1 | expect
          {"input": ["a",]}                | 1 | ]
          {"input": "a"} x                 | 1 | Unrecognized token
          {"input": "a"}}                  | 1 | close marker
          {"input": "a"} {"input": "b"}    | 1 | there is more
          {"input": "a", "input": "b"}     | 1 | Duplicate field
          {input: "a"}                     | 1 | double-quote
          {"input": a}                     | 1 | Unrecognized token
          {"input": "a", "top_k": 01}      | 1 | Leading zeroes
          {"input": "a", "top_k": +1}      | 1 | '+'
          {"input": "a", "top_k": NaN}     | 1 | NaN
          {"input": "a", "top_k": 0x10}    | 1 | 'x'
          {"input": "\\x"}                 | 1 | escape
          {"input": "\\u12"}               | 1 | hex
          // a comment                     | 1 | '/'
          <input>a</input>                 | 1 | '<'
          """)
  void saysWhereABodyStopsBeingJson(String body, int line, String word) {
    String explanation = explanationOf(body.getBytes(UTF_8));
    assertTrue(
        explanation.startsWith("the body is not JSON: line " + line + ", column "), explanation);
    assertTrue(explanation.contains(word), explanation);
    assertFalse(explanation.contains("\n"), explanation);
    assertFalse(explanation.contains("jackson"), explanation);
  }

  @Test
  void aBodyOfSpaceAloneIsEmpty() {
    assertEquals(
        "the body is empty; send a JSON object such as {\"input\": \"text\"}",
        explanationOf(" \n\t".getBytes(UTF_8)));
  }

  @Test
  void countsLines() {
    String explanation = explanationOf("{\n\"input\":\n\"a\"\n\"b\"}".getBytes(UTF_8));
    assertTrue(explanation.startsWith("the body is not JSON: line 4, column 1"), explanation);
  }

  @Test
  void refusesARawLineBreakInAText() {
    String explanation = explanationOf("{\"input\": \"a\nb\"}".getBytes(UTF_8));
    assertTrue(explanation.contains("CTRL-CHAR, code 10"), explanation);
  }

  @Test
  void refusesWhatIsNotUtf8() {
    assertTrue(
        explanationOf("{\"input\": \"fährt\"}".getBytes(ISO_8859_1))
            .startsWith("the body is not JSON"));
    assertTrue(
        explanationOf(new byte[] {'{', '"', (byte) 0xFF, (byte) 0xFE, '"', '}'})
            .startsWith("the body is not JSON"));
  }

  @Test
  void refusesNestingWithoutEnd() {
    String explanation = explanationOf(("{\"input\":" + "[".repeat(100_000)).getBytes(UTF_8));
    assertEquals(
        "the body may nest 1000 levels deep, with numbers of 1000 digits and names of 50000"
            + " characters at most",
        explanation);
  }

  @Test
  void refusesNumbersWithoutEnd() {
    String explanation =
        explanationOf(
            ("{\"input\": \"a\", \"top_k\": " + "9".repeat(100_000) + "}").getBytes(UTF_8));
    assertTrue(explanation.contains("numbers of 1000 digits"), explanation);
  }

  @Test
  void halfACharacterComesBackAsAQuestionMark() {
    assertTrue(explanationOf("{\"\\ud83d\": 1}".getBytes(UTF_8)).startsWith("unknown field \"?\""));
  }

  @Test
  void doesNotSendMegabytesBack() {
    String explanation = explanationOf(("{\"" + "x".repeat(40_000) + "\": 1}").getBytes(UTF_8));
    assertTrue(explanation.startsWith("unknown field \"xxx"), explanation);
    assertTrue(explanation.length() < 300, "so many characters: " + explanation.length());
  }
}
