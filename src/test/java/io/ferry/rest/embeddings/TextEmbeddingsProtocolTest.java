package io.ferry.rest.embeddings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.rest.Answers;
import io.ferry.rest.ErrorReply;
import io.ferry.rest.ErrorReply.ErrorType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextEmbeddingsProtocolTest {

  private final TextEmbeddingsProtocol protocol = new TextEmbeddingsProtocol();

  @ParameterizedTest
  @CsvSource({
    "400, Validation, 400, Validation",
    "422, Validation, 422, Validation",
    "422, Tokenizer, 422, Tokenizer",
    "422, Empty, 400, Empty",
    "422, OtherTask, 424, Backend",
    "404, UnknownModel, 404, NotFound",
    "404, NotFound, 404, NotFound",
    "424, Backend, 424, Backend",
    "429, Overloaded, 429, Overloaded",
    "501, Validation, 501, Validation",
    "503, Unhealthy, 503, Unhealthy",
    "504, Timeout, 504, Timeout"
  })
  void errorsAreThoseOfTheirServer(int status, ErrorType type, int theirs, String name) {
    ErrorReply error = protocol.adapt(ErrorReply.of(status, type, "why"));
    assertEquals(theirs, error.status());
    assertEquals(
        "{\"error\":\"why\",\"error_type\":\"%s\"}".formatted(name),
        Answers.written(json -> protocol.write(error, json)));
  }

  @ParameterizedTest
  @CsvSource({
    "/, POST",
    "/embed, POST",
    "/embed_all, POST",
    "/embed_sparse, POST",
    "/models/m, POST",
    "/models/m/embed, POST",
    "/models/m/invocations, POST",
    "/models/metrics/embed, POST",
    "/info, GET",
    "/health, GET",
    "/models/m/metrics, GET",
    "/models/m/anything, POST"
  })
  void itsPathsStandAtTheRootAndBehindAModel(String path, String method) {
    assertTrue(protocol.owns(path));
    assertEquals(method, protocol.method(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/embedx", "/embed/x", "/x/embed", "/v1/embeddings", "/v2/models", "/process"})
  void itOwnsNothingElse(String path) {
    assertFalse(protocol.owns(path));
  }
}
