package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's embeddings of the golden models: everyone gets what the originals in Python say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATH = "/v1/embeddings";

  /** The name in the examples of the API's description. */
  private static final String DEFAULT = "e5";

  @TempDir static Path models;

  private FerryProcess ferry;

  @BeforeAll
  void start() throws Exception {
    for (Path folder : ModelFolder.golden()) {
      String name = String.valueOf(folder.getFileName());
      ModelFolder.copy(name, models.resolve(name));
    }
    ModelFolder.copy("tiny-bert-embed", models.resolve(DEFAULT));
    ferry =
        FerryLaunch.models(models)
            .with("ferry.models.default", DEFAULT)
            .with("ferry.limits.max-rows", "20")
            .start();
  }

  @AfterAll
  void stop() {
    ferry.close();
  }

  private JsonNode post(ObjectNode body) throws IOException {
    HttpResponse<String> response = ferry.post(PATH, body.toString());
    assertEquals(200, response.statusCode(), response::body);
    assertFalse(Client.header(response, "x-inference-time").isBlank());
    return JSON.readTree(response.body());
  }

  private static double[] vector(JsonNode embedding) {
    if (!embedding.isTextual()) {
      return GoldenRows.numbers(embedding);
    }
    FloatBuffer floats =
        ByteBuffer.wrap(Base64.getDecoder().decode(embedding.textValue()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    double[] vector = new double[floats.remaining()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = floats.get(i);
    }
    return vector;
  }

  /** The rows that can be asked for: the API has no word for prompts and for cutting. */
  private static List<JsonNode> rows(String model) throws IOException {
    return GoldenRows.of(model).stream()
        .filter(row -> !row.has("prompt_name") && !row.has("truncate"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-bert-embed, float",
    "tiny-bert-embed, base64",
    "tiny-mpnet-embed, float",
    "tiny-mpnet-embed, base64",
    "tiny-deberta-embed, float",
    "tiny-modernbert-embed, base64"
  })
  void everyTextHasTheOriginalsVectorOfLengthOne(String model, String format) throws Exception {
    for (JsonNode row : rows(model)) {
      ObjectNode request = JSON.createObjectNode().put("model", model);
      request.put("encoding_format", format).put("input", row.path("text").asText());
      if (row.has("dimensions")) {
        request.set("dimensions", row.path("dimensions"));
      }

      JsonNode answer = post(request);

      assertEquals(model, answer.path("model").asText());
      assertEquals(format.equals("base64"), answer.at("/data/0/embedding").isTextual());
      assertSame(row, answer.path("data").path(0), 0);
      assertEquals(row.path("token_ids").size(), answer.at("/usage/prompt_tokens").asInt());
      assertEquals(row.path("token_ids").size(), answer.at("/usage/total_tokens").asInt());
    }
  }

  @Test
  void aListHasThemInItsOrder() throws Exception {
    List<JsonNode> rows =
        rows("tiny-mpnet-embed").stream().filter(row -> !row.has("dimensions")).toList();
    ObjectNode request = JSON.createObjectNode().put("model", "tiny-mpnet-embed");
    ArrayNode input = request.putArray("input");
    int tokens = 0;
    for (JsonNode row : rows) {
      input.add(row.path("text").asText());
      tokens += row.path("token_ids").size();
    }

    JsonNode answer = post(request);

    assertEquals("list", answer.path("object").asText());
    assertEquals(rows.size(), answer.path("data").size());
    for (int i = 0; i < rows.size(); i++) {
      assertSame(rows.get(i), answer.path("data").path(i), i);
    }
    assertEquals(tokens, answer.at("/usage/prompt_tokens").asInt());
  }

  @Test
  void tokensStandForTheirText() throws Exception {
    JsonNode row = rows("tiny-bert-embed").get(1);
    JsonNode whole = row.path("token_ids");
    ArrayNode bare = JSON.createArrayNode();
    for (int i = 1; i < whole.size() - 1; i++) {
      bare.add(whole.get(i));
    }
    ObjectNode one = JSON.createObjectNode().put("model", DEFAULT);
    one.set("input", whole);
    assertSame(row, post(one).path("data").path(0), 0);

    ObjectNode several = JSON.createObjectNode().put("model", DEFAULT);
    several.putArray("input").add(whole).add(bare);
    JsonNode answer = post(several);

    assertSame(row, answer.path("data").path(0), 0);
    assertSame(row, answer.path("data").path(1), 1);
  }

  private static void assertSame(JsonNode row, JsonNode datum, int index) {
    assertEquals("embedding", datum.path("object").asText());
    assertEquals(index, datum.path("index").asInt(-1));
    double[] golden = GoldenRows.numbers(row.path("output"));
    GoldenRows.assertSame(
        GoldenRows.scaled(golden), vector(datum.path("embedding")), row.path("text"));
  }

  @Test
  void withoutAModelTheDefaultAnswers() throws Exception {
    assertEquals(DEFAULT, post(JSON.createObjectNode().put("input", "a")).path("model").asText());
  }

  @Test
  void everyModelIsListed() throws Exception {
    JsonNode list = JSON.readTree(ferry.get("/v1/models").body());
    List<String> names = new ArrayList<>();
    for (JsonNode model : list.path("data")) {
      names.add(model.path("id").asText());
      assertEquals(
          model, JSON.readTree(ferry.get("/v1/models/" + model.path("id").asText()).body()));
    }
    assertEquals(ModelFolder.golden().size() + 1, names.size());
    assertTrue(names.contains("tiny-vit"), names::toString);
  }

  @Test
  void theExamplesOfTheDescriptionAreServed() throws Exception {
    JsonNode description = JSON.readTree(ferry.get("/q/openapi?format=json").body());
    JsonNode examples =
        description
            .path("paths")
            .path(PATH)
            .at("/post/requestBody/content/application~1json/examples");
    assertEquals(4, examples.size());
    for (JsonNode example : examples) {
      HttpResponse<String> response = ferry.post(PATH, example.path("value").toString());
      assertEquals(200, response.statusCode(), response::body);
    }
  }

  // ---- what an embedder refuses

  private void assertRefused(String body, String param, String says) throws IOException {
    HttpResponse<String> response = ferry.post(PATH, body);
    assertEquals(400, response.statusCode(), response::body);
    JsonNode error = JSON.readTree(response.body()).path("error");
    assertAll(
        () -> assertEquals(4, error.size(), error::toString),
        () -> assertEquals("invalid_request_error", error.path("type").asText()),
        () ->
            assertEquals(param, OpenAiErrorsTest.nullOrText(error.path("param")), error::toString),
        () -> assertTrue(error.path("code").isNull(), error::toString),
        () -> assertTrue(error.path("message").asText().contains(says), error::toString));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"input": ""}                         | null       | the text is empty
          {"input": []}                         | null       | an empty list
          {"input": [""]}                       | null       | input 0: the text is empty
          {"input": ["a", "b", ""]}             | null       | input 2: the text is empty
          {"input": [[]]}                       | null       | input 0: there is no token
          {"input": [[5], []]}                  | null       | input 1: there is no token
          {"input": [-1]}                       | null       | -1 is no token id of this model
          {"input": [2147483648]}               | null       | 2147483648 is no token id of this model
          {"input": [[5], [5, 9223372036854775807]]} | null  | input 1: 9223372036854775807 is no token id
          {"input": [2]}                        | null       | the tokens stand for no text
          {"input": "a\\ud83d"}                 | null       | half a surrogate pair
          {"input": ["a", "\\ude00"]}           | null       | input 1: the text is not well-formed
          {"input": "a", "dimensions": 0}       | dimensions | so 1 to 32 are allowed
          {"input": "a", "dimensions": -5}      | dimensions | so 1 to 32 are allowed
          {"input": "a", "dimensions": 33}      | dimensions | so 1 to 32 are allowed
          {"input": "a", "dimensions": 4294967297} | dimensions | so 1 to 32 are allowed
          {"input": "a", "model": "tiny-bert-rerank"}      | model | is a reranker
          {"input": "a", "model": "tiny-roberta-classify"} | model | classifies texts
          {"input": "a", "model": "tiny-vit"}              | model | takes numbers
          """)
  void whatAnEmbedderCannotDoGets400(String body, String param, String says) throws Exception {
    assertRefused(body, param, says);
  }

  @ParameterizedTest
  @ValueSource(ints = {21, 256, 2048})
  void moreRowsThanAreAllowedGet400(int rows) throws Exception {
    assertRefused(
        "{\"input\": [" + "\"a\",".repeat(rows - 1) + "\"a\"]}",
        "null",
        rows + " rows, at most 20");
  }

  @Test
  void aTextThatIsTooLongIsRefusedAsOpenAiDoes() throws Exception {
    String text = "ferry ".repeat(100);
    assertRefused("{\"input\": \"%s\"}".formatted(text), "null", "the model takes 64");
    assertRefused(
        "{\"input\": [\"a\", \"%s\"]}".formatted(text), "null", "input 1: the text has 102 tokens");
    assertRefused("{\"input\": [" + "89, ".repeat(99) + "89]}", "null", "the text has 102 tokens");
  }
}
