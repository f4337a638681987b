package io.ferry.rest.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.protocol.MalformedException;
import io.ferry.rest.Answers;
import io.ferry.rest.ErrorReply;
import io.ferry.rest.ErrorReply.ErrorType;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiProtocolTest {

  private final OpenAiProtocol protocol = new OpenAiProtocol();

  private static final String TYPES =
      """
      Validation   | invalid_request_error | null
      Empty        | invalid_request_error | null
      Tokenizer    | invalid_request_error | null
      NotFound     | invalid_request_error | null
      OtherTask    | invalid_request_error | null
      UnknownModel | invalid_request_error | "model_not_found"
      Overloaded   | requests              | "rate_limit_exceeded"
      Unhealthy    | server_error          | null
      Backend      | server_error          | null
      Timeout      | server_error          | null
      """;

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = TYPES)
  void everyErrorHasItsTypeAndCode(ErrorType type, String name, String code) {
    ErrorReply error = ErrorReply.of(400, type, "why");
    assertEquals(
        "{\"error\":{\"message\":\"why\",\"type\":\"%s\",\"param\":null,\"code\":%s}}"
            .formatted(name, code),
        Answers.written(json -> protocol.write(error, json)));
  }

  @Test
  void noTypeIsForgottenHere() {
    Set<String> named = new TreeSet<>();
    TYPES.lines().forEach(line -> named.add(line.substring(0, line.indexOf(' '))));
    Set<String> all = new TreeSet<>();
    Stream.of(ErrorType.values()).forEach(type -> all.add(type.name()));
    assertEquals(all, named);
  }

  @Test
  void theFieldIsTheParameter() {
    ErrorReply error = ErrorReply.of(new MalformedException("input", "why"));
    assertEquals(
        "{\"error\":{\"message\":\"why\",\"type\":\"invalid_request_error\",\"param\":\"input\",\"code\":null}}",
        Answers.written(json -> protocol.write(error, json)));
  }

  @ParameterizedTest
  @CsvSource({
    "400, 400",
    "404, 404",
    "405, 405",
    "413, 413",
    "415, 415",
    "422, 400",
    "424, 424",
    "429, 429",
    "500, 500",
    "501, 501",
    "503, 503",
    "504, 504"
  })
  void whatIsWrongWithARequestIs400(int status, int theirs) {
    assertEquals(
        theirs, protocol.adapt(ErrorReply.of(status, ErrorType.Validation, "why")).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/v1/embeddings", "/v1/models", "/v1/models/x", "/v1/anything/y"})
  void itOwnsWhatIsBelowItsRoot(String path) {
    assertTrue(protocol.owns(path));
    assertEquals(path.startsWith("/v1/models") ? "GET" : "POST", protocol.method(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v10", "/v2/models", "/embed", "/process"})
  void itOwnsNothingElse(String path) {
    assertFalse(protocol.owns(path));
  }
}
