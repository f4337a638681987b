package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a request to OpenAI's paths can get wrong, each with its status and OpenAI's envelope. The
 * model that serves here is a classifier; what an embedder refuses is in {@link OpenAiIT}.
 */
@QuarkusTest
class OpenAiErrorsTest {

  private static final String REQUEST = "invalid_request_error";

  @TestHTTPResource("/v1/embeddings")
  URI embeddings;

  @TestHTTPResource(value = "/health/ready", management = true)
  URI ready;

  private Client client;

  @BeforeEach
  void waitUntilReady() throws InterruptedException {
    client = new Client(embeddings);
    Eventually.within(Eventually.MODEL_LOADS, "ready", () -> client.get(ready).statusCode() == 200);
  }

  static Stream<BrokenJson.Body> brokenJson() {
    return BrokenJson.of("input");
  }

  @ParameterizedTest(name = "{index}: {0}")
  @MethodSource("brokenJson")
  void whatIsNoJsonObjectGets400(BrokenJson.Body body) {
    assertError(client.post(body.body()), 400, "null", "null", body.says());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                              | input           | "input" is missing
          {"model": "language-id"}                        | input           | "input" is missing
          {"input": null}                                 | input           | not null
          {"input": 1}                                    | input           | not the number 1
          {"input": 1.5}                                  | input           | not the number 1.5
          {"input": true}                                 | input           | not true or false
          {"input": {}}                                   | input           | not an object
          {"input": {"text": "a"}}                        | input           | not an object
          {"input": ["a", 1]}                             | input           | "input"[1] must be a text or a list of token ids
          {"input": ["a", null]}                          | input           | "input"[1] must be a text
          {"input": [{}]}                                 | input           | "input"[0] must be a text
          {"input": [true]}                               | input           | "input"[0] must be a text
          {"input": [1, "a"]}                             | input           | "input"[1] must be a token id
          {"input": [1, 2.5]}                             | input           | "input"[1] must be a token id
          {"input": [1, [2]]}                             | input           | "input"[1] must be a token id
          {"input": [99999999999999999999]}               | input           | "input"[0] must be a token id
          {"input": [[1], [1, "a"]]}                      | input           | "input"[1][1] must be a token id
          {"input": [[[1]]]}                              | input           | "input"[0][0] must be a token id
          {"input": [["a"]]}                              | input           | "input"[0][0] must be a token id
          {"input": "a", "model": 1}                      | model           | "model" must be a text
          {"input": "a", "model": ["b"]}                  | model           | "model" must be a text
          {"input": "a", "user": 1}                       | user            | "user" must be a text
          {"input": "a", "user": {}}                      | user            | "user" must be a text
          {"input": "a", "encoding_format": 1}            | encoding_format | "encoding_format" must be a text
          {"input": "a", "encoding_format": ["float"]}    | encoding_format | "encoding_format" must be a text
          {"input": "a", "encoding_format": "hex"}        | encoding_format | allowed are "float" and "base64"
          {"input": "a", "encoding_format": ""}           | encoding_format | allowed are "float" and "base64"
          {"input": "a", "encoding_format": "Base64"}     | encoding_format | allowed are "float" and "base64"
          {"input": "a", "dimensions": "2"}               | dimensions      | "dimensions" must be a whole number
          {"input": "a", "dimensions": 2.0}               | dimensions      | "dimensions" must be a whole number
          {"input": "a", "dimensions": 1e2}               | dimensions      | "dimensions" must be a whole number
          {"input": "a", "dimensions": 99999999999999999999} | dimensions   | "dimensions" must be a whole number
          {"input": "a", "dimensions": true}              | dimensions      | "dimensions" must be a whole number
          {"inputs": "a"}                                 | inputs          | unknown field "inputs"; there are input, model
          {"input": "a", "Model": "b"}                    | Model           | unknown field "Model"
          {"input": "a", "": 1}                           | ``              | unknown field ""
          {"input": "a", "stream": false}                 | stream          | unknown field "stream"
          {"input": "a", "truncate_prompt_tokens": 1}     | truncate_prompt_tokens | unknown field
          {"input": "a", "priority": 1}                   | priority        | unknown field "priority"
          {"input": "a"}                                  | model           | model "language-id" classifies texts; embeddings need
          {"input": ["a"], "model": "language-id"}        | model           | model "language-id" classifies texts
          {"input": "", "model": "language-id"}           | model           | model "language-id" classifies texts
          """)
  void aMistakeGets400AndNamesItsField(String body, String param, String says) {
    assertError(client.post(body), 400, param, "null", says);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "", "Language-ID", "text-embedding-3-small"})
  void anUnknownModelHasItsCode(String model) {
    String body = "{\"input\": \"a\", \"model\": \"%s\"}".formatted(model);
    assertError(client.post(body), 404, "null", "model_not_found", "served here: language-id");
  }

  @Test
  void moreThan2048RowsAreTooMany() {
    String body = "{\"input\": [" + "\"a\",".repeat(2048) + "\"a\"]}";
    assertError(client.post(body), 400, "input", "null", "2049 rows, at most 2048");
  }

  @Test
  void aTextOf10MegabytesIsTooLarge() {
    String body = "{\"input\": \"" + "a".repeat(10 << 20) + "\"}";
    assertError(client.post(body), 413, "null", "null", "10485760 bytes");
  }

  @ParameterizedTest
  @CsvSource({"x-priority, high", "x-request-timeout-ms, 1.5"})
  void aWrongHeaderGets400(String header, String value) {
    assertError(
        client.post("{\"input\": \"a\"}", header, value), 400, "null", "null", "whole number");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/embeddings, POST",
    "PUT, /v1/embeddings, POST",
    "POST, /v1/models, GET",
    "DELETE, /v1/models/language-id, GET"
  })
  void anotherMethodGets405(String method, String path, String allowed) {
    HttpResponse<String> response = client.send(method, path, "");
    assertError(response, 405, "null", "null", "this path takes " + allowed);
    assertEquals(allowed, Client.header(response, "Allow"));
  }

  @Test
  void anotherContentTypeGets415() {
    assertError(
        client.send("POST", "/v1/embeddings", "{}", "Content-Type", "text/plain"),
        415,
        "null",
        "null",
        "application/json");
  }

  @Test
  void aClientThatTakesNoJsonGets406() {
    assertError(client.post("{}", "Accept", "text/html"), 406, "null", "null", "application/json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/v1/nothing", "/v1/embeddings/x", "/v1/models/language-id/x"})
  void anUnknownPathGets404(String path) {
    assertError(client.send("GET", path, ""), 404, "null", "null", "nothing at this path");
  }

  @Test
  void anUnknownModelsPageHasItsCode() {
    assertError(
        client.send("GET", "/v1/models/gpt-4o", ""),
        404,
        "null",
        "model_not_found",
        "there is no model \"gpt-4o\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chat/completions",
        "completions",
        "responses",
        "moderations",
        "images/generations",
        "audio/speech",
        "files",
        "batches",
        "fine_tuning/jobs",
        "vector_stores/x/search"
      })
  void whatFerryHasNotGets501(String call) {
    assertError(
        client.send("POST", "/v1/" + call, "{}", "Content-Type", "application/json"),
        501,
        "null",
        "null",
        "not /v1/" + call);
  }

  @Test
  void theModelsThatServeAreListed() {
    HttpResponse<String> list = client.send("GET", "/v1/models", "");
    HttpResponse<String> one = client.send("GET", "/v1/models/language-id", "");
    String model =
        "{\"id\":\"language-id\",\"object\":\"model\",\"created\":0,\"owned_by\":\"ferry\"}";

    assertEquals(200, list.statusCode());
    assertEquals("{\"object\":\"list\",\"data\":[" + model + "]}", list.body());
    assertEquals(200, one.statusCode());
    assertEquals(model, one.body());
  }

  private static void assertError(
      HttpResponse<String> response, int status, String param, String code, String says) {
    assertEquals(status, response.statusCode(), response::body);
    JsonNode body = Client.json(response);
    JsonNode error = body.path("error");
    assertAll(
        () -> assertEquals(1, body.size(), body::toString),
        () -> assertEquals(4, error.size(), body::toString),
        () -> assertEquals(REQUEST, error.path("type").asText()),
        () -> assertEquals(param, nullOrText(error.path("param")), body::toString),
        () -> assertEquals(code, nullOrText(error.path("code")), body::toString),
        () -> assertTrue(error.path("message").asText().contains(says), body::toString),
        () -> assertTrue(Client.header(response, "Content-Type").startsWith("application/json")),
        () -> assertFalse(Client.header(response, "x-request-id").isBlank(), "x-request-id"),
        () -> assertFalse(response.body().contains("Exception"), response::body),
        () -> assertFalse(response.body().contains("io.ferry"), response::body));
  }

  /** Also {@code null}, which a reader of texts would take for a missing field. */
  static String nullOrText(JsonNode value) {
    return value.isNull() ? "null" : value.asText("missing");
  }
}
