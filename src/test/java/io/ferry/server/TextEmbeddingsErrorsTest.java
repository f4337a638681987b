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
 * What a request to the paths of text-embeddings-inference can get wrong, each with its status and
 * type. The model that serves here is a classifier; what others refuse is in {@link
 * TextEmbeddingsIT}.
 */
@QuarkusTest
class TextEmbeddingsErrorsTest {

  private static final String VALIDATION = "Validation";

  @TestHTTPResource("/predict")
  URI predict;

  @TestHTTPResource(value = "/health/ready", management = true)
  URI ready;

  private Client client;

  @BeforeEach
  void waitUntilReady() throws InterruptedException {
    client = new Client(predict);
    Eventually.within(Eventually.MODEL_LOADS, "ready", () -> client.get(ready).statusCode() == 200);
  }

  private HttpResponse<String> post(String path, String body) {
    return client.send("POST", path, body, "Content-Type", "application/json");
  }

  static Stream<BrokenJson.Body> brokenJson() {
    return BrokenJson.of("inputs");
  }

  @ParameterizedTest(name = "{index}: {0}")
  @MethodSource("brokenJson")
  void whatIsNoJsonObjectGets400(BrokenJson.Body body) {
    assertError(client.post(body.body()), 400, VALIDATION, body.says());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /embed      | {}                                            | "inputs" is missing
          /embed      | {"inputs": null}                              | not null
          /embed      | {"inputs": {}}                                | not an object
          /embed      | {"inputs": ["a", 1]}                          | "inputs"[1] must be a text or a list of token ids
          /embed      | {"inputs": [1, "a"]}                          | "inputs"[1] must be a token id
          /embed      | {"inputs": [[1], [2.5]]}                      | "inputs"[1][0] must be a token id
          /embed      | {"inputs": [99999999999999999999]}            | "inputs"[0] must be a token id
          /embed      | {"inputs": "a", "normalize": "no"}            | "normalize" must be true or false
          /embed      | {"inputs": "a", "truncate": 1}                | "truncate" must be true or false
          /embed      | {"inputs": "a", "truncation_direction": true} | "truncation_direction" must be a text
          /embed      | {"inputs": "a", "prompt_name": 1}             | "prompt_name" must be a text
          /embed      | {"inputs": "a", "dimensions": 1.5}            | "dimensions" must be a whole number
          /embed      | {"input": "a"}                                | unknown field "input"; there are inputs
          /embed      | {"inputs": "a", "model": "language-id"}       | unknown field "model"
          /embed      | {"inputs": "a", "parameters": {}}             | unknown field "parameters"
          /embed_all  | {}                                            | "inputs" is missing
          /embed_all  | {"inputs": "a", "normalize": true}            | unknown field "normalize"
          /predict    | {}                                            | "inputs" is missing
          /predict    | {"inputs": null}                              | "inputs" is null
          /predict    | {"inputs": 1}                                 | "inputs" is the number 1
          /predict    | {"inputs": {"a": 1}}                          | "inputs" is an object
          /predict    | {"inputs": ["a", "b", "c"]}                   | "inputs" has 3 texts
          /predict    | {"inputs": [["a"], "b"]}                      | "inputs"[1] is a text
          /predict    | {"inputs": ["a", ["b"]]}                      | "inputs"[1] is a list
          /predict    | {"inputs": [[]]}                              | "inputs"[0] has 0 texts
          /predict    | {"inputs": [["a", "b", "c"]]}                 | "inputs"[0] has 3 texts
          /predict    | {"inputs": [["a"], ["b", 2]]}                 | "inputs"[1][1] is the number 2
          /predict    | {"inputs": [1, 2]}                            | "inputs"[0] is the number 1
          /predict    | {"inputs": "a", "raw_scores": 0}              | "raw_scores" must be true or false
          /predict    | {"inputs": "a", "prompt_name": "query"}       | unknown field "prompt_name"
          /predict    | {"inputs": "a", "return_all_scores": true}    | unknown field "return_all_scores"
          /rerank     | {"texts": ["a"]}                              | "query" is missing
          /rerank     | {"query": "a"}                                | "texts" is missing
          /rerank     | {"query": 1, "texts": ["a"]}                  | "query" must be a text
          /rerank     | {"query": "a", "texts": "b"}                  | "texts" must be a list of texts
          /rerank     | {"query": "a", "texts": [["b"]]}              | "texts"[0] must be a text
          /rerank     | {"query": "a", "texts": ["b"], "return_text": 1} | "return_text" must be true or false
          /rerank     | {"query": "a", "documents": ["b"]}            | unknown field "documents"
          /rerank     | {"query": "a", "texts": ["b"], "top_n": 1}    | unknown field "top_n"
          /similarity | {}                                            | "inputs" is missing
          /similarity | {"inputs": "a"}                               | "inputs" must be an object
          /similarity | {"inputs": {"sentences": ["a"]}}              | "source_sentence" is missing
          /similarity | {"inputs": {"source_sentence": "a"}}          | "sentences" is missing
          /similarity | {"inputs": {"source_sentence": "a", "sentences": [1]}} | "sentences"[0] must be a text
          /similarity | {"inputs": {"source_sentence": "a", "sentences": ["b"]}, "parameters": 1} | "parameters" must be an object
          /similarity | {"inputs": {"source_sentence": "a", "sentences": ["b"]}, "truncate": true} | unknown field "truncate"
          /tokenize   | {}                                            | "inputs" is missing
          /tokenize   | {"inputs": [1]}                               | "inputs"[0] must be a text
          /tokenize   | {"inputs": "a", "add_special_tokens": 1}      | "add_special_tokens" must be true or false
          /tokenize   | {"inputs": "a", "truncate": true}             | unknown field "truncate"
          /decode     | {}                                            | "ids" is missing
          /decode     | {"ids": "a"}                                  | "ids" must be a list of token ids
          /decode     | {"ids": ["a"]}                                | "ids"[0] must be a token id
          /decode     | {"ids": [[1], 2]}                             | "ids"[1] must be a list of token ids
          /decode     | {"ids": [1.5]}                                | "ids"[0] must be a token id
          /decode     | {"ids": [1], "skip_special_tokens": "yes"}    | "skip_special_tokens" must be true or false
          /predict?model=a&model=b        | {"inputs": "a"}           | the address names 2 models
          /models/language-id/predict?model=language-id | {"inputs": "a"} | the address names 2 models
          /tokenize?model=a&model=b       | {"inputs": "a"}           | the address names 2 models
          """)
  void whatCannotBeUnderstoodGets400(String path, String body, String says) {
    assertError(post(path, body), 400, VALIDATION, says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /predict  | {"inputs": ""}                     | the text is empty
          /predict  | {"inputs": []}                     | an empty list
          /predict  | {"inputs": [""]}                   | the text is empty
          /predict  | {"inputs": ["a", ""]}              | the text is empty
          /predict  | {"inputs": [["a"], ["b", ""]]}     | input 1: the text is empty
          /predict  | {"inputs": [["a"], ["b"], [""]]}   | input 2: the text is empty
          /tokenize | {"inputs": ""}                     | the text is empty
          /tokenize | {"inputs": []}                     | an empty list
          /tokenize | {"inputs": ["a", ""]}              | input 1: the text is empty
          /decode   | {"ids": []}                        | there is no token
          /decode   | {"ids": [[5], []]}                 | input 1: there is no token
          """)
  void nothingGets400Empty(String path, String body, String says) {
    assertError(post(path, body), 400, "Empty", says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /predict  | {"inputs": "a", "truncation_direction": "up"} | allowed are "Left" and "Right"
          /embed    | {"inputs": "a", "truncation_direction": ""}   | allowed are "Left" and "Right"
          /predict  | {"inputs": "\\ud83d"}                         | half a surrogate pair
          /predict  | {"inputs": [["a"], ["\\ude00"]]}              | input 1: the text is not well-formed
          /tokenize | {"inputs": "a\\ud83dz"}                       | half a surrogate pair
          /tokenize | {"inputs": "a", "prompt_name": "query"}       | this model has no prompts
          /decode   | {"ids": [-1]}                                 | -1 is no token id of this model
          /decode   | {"ids": [4294967296]}                         | 4294967296 is no token id of this model
          /decode   | {"ids": [[1], [1, 1000000]]}                  | input 1: 1000000 is no token id of this model
          """)
  void whatIsImpossibleGets422(String path, String body, String says) {
    assertError(post(path, body), 422, VALIDATION, says);
  }

  @Test
  void tooManyRowsGet422AsThePageSays() {
    String texts = "[" + "[\"a\"],".repeat(256) + "[\"a\"]]";
    assertError(
        post("/predict", "{\"inputs\": " + texts + "}"), 422, VALIDATION, "257 rows, at most 256");
    String plain = "[" + "\"a\",".repeat(256) + "\"a\"]";
    assertError(
        post("/tokenize", "{\"inputs\": " + plain + "}"), 422, VALIDATION, "257 rows, at most 256");
  }

  @Test
  void tooLongATextGets422AndIsCutWhereAskedFor() {
    String text = "carry ".repeat(1_600);
    String body = "{\"inputs\": [[\"a\"], [\"%s\"]]%s}";
    assertError(
        post("/predict", body.formatted(text, "")), 422, VALIDATION, "input 1: the text has");
    assertEquals(200, post("/predict", body.formatted(text, ", \"truncate\": true")).statusCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /embed      | {"inputs": "a"}
          /embed_all  | {"inputs": "a"}
          /rerank     | {"query": "a", "texts": ["b"]}
          /similarity | {"inputs": {"source_sentence": "a", "sentences": ["b"]}}
          """)
  void aModelOfAnotherTaskGets424AsInTheirServer(String path, String body) {
    assertError(post(path, body), 424, "Backend", "model \"language-id\" classifies texts; ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          POST | /predict?model=nobody    | {"inputs": "a"}
          POST | /models/nobody/predict   | {"inputs": "a"}
          POST | /predict?model=          | {"inputs": "a"}
          POST | /models/nobody/tokenize  | {"inputs": "a"}
          POST | /decode?model=nobody     | {"ids": [1]}
          GET  | /models/nobody/info      | ``
          GET  | /health?model=nobody     | ``
          GET  | /models/nobody/metrics   | ``
          GET  | /models/a%2Fb/info       | ``
          """)
  void anUnknownModelGets404(String method, String path, String body) {
    HttpResponse<String> response =
        body.isEmpty() ? client.send(method, path, "") : post(path, body);
    assertError(response, 404, "NotFound", "served here: language-id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/models", "/models/language-id/nothing"})
  void anUnknownPathGets404(String path) {
    assertError(client.send("GET", path, ""), 404, "NotFound", "nothing at this path");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /embed_sparse               | Ferry has no sparse embeddings
          /models/x/embed_sparse      | Ferry has no sparse embeddings
          /vertex                     | Ferry has no /vertex
          /invocations                | Ferry has no /invocations
          /embeddings                 | /v1/embeddings
          """)
  void whatFerryHasNotGets501(String path, String says) {
    assertError(post(path, "{\"inputs\": \"a\"}"), 501, VALIDATION, says);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /embed, POST",
    "GET, /embed_all, POST",
    "PUT, /models/language-id/predict, POST",
    "GET, /embed_sparse, POST",
    "POST, /info, GET",
    "POST, /models/language-id/health, GET",
    "DELETE, /metrics, GET"
  })
  void anotherMethodGets405(String method, String path, String allowed) {
    HttpResponse<String> response = client.send(method, path, "");
    assertError(response, 405, VALIDATION, "this path takes " + allowed);
    assertEquals(allowed, Client.header(response, "Allow"));
  }

  @Test
  void otherMistakesOfTransportHaveTheSameBody() {
    assertError(
        client.send("POST", "/embed", "{}", "Content-Type", "text/plain"),
        415,
        VALIDATION,
        "application/json");
    assertError(
        client.post("{\"inputs\": \"a\"}", "Accept", "text/html"),
        406,
        VALIDATION,
        "application/json");
    assertError(
        client.post("{\"inputs\": \"" + "a".repeat(10 << 20) + "\"}"),
        413,
        VALIDATION,
        "10485760 bytes");
    assertError(
        client.post("{\"inputs\": \"a\"}", "x-priority", "high"), 400, VALIDATION, "whole number");
    assertError(client.post("{\"inputs\": \"a\"}", "x-priority", "10"), 422, VALIDATION, "0 to 9");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /tokenize | {"inputs": "a"}
          /decode   | {"ids": [1]}
          """)
  void theTimeoutIsReadWhereNoModelRuns(String path, String body) {
    String type = "application/json";
    String timeout = "x-request-timeout-ms";
    assertError(
        client.send("POST", path, body, "Content-Type", type, timeout, "0"),
        422,
        VALIDATION,
        "the timeout must be at least 1 ms");
    assertError(
        client.send("POST", path, body, "Content-Type", type, timeout, "soon"),
        400,
        VALIDATION,
        "whole number");
  }

  private static void assertError(
      HttpResponse<String> response, int status, String type, String says) {
    assertEquals(status, response.statusCode(), response::body);
    JsonNode body = Client.json(response);
    assertAll(
        () -> assertEquals(2, body.size(), body::toString),
        () -> assertEquals(type, body.path("error_type").asText()),
        () -> assertTrue(body.path("error").asText().contains(says), body::toString),
        () -> assertTrue(Client.header(response, "Content-Type").startsWith("application/json")),
        () -> assertFalse(Client.header(response, "x-request-id").isBlank(), "x-request-id"),
        () -> assertFalse(response.body().contains("Exception"), response::body),
        () -> assertFalse(response.body().contains("io.ferry"), response::body));
  }
}
