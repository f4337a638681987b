package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The paths of text-embeddings-inference with the golden models: everyone gets what the originals
 * in Python say.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TextEmbeddingsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DEFAULT = "tiny-bert-embed";

  @TempDir static Path models;

  private FerryProcess ferry;

  @BeforeAll
  void start() throws Exception {
    for (Path folder : ModelFolder.golden()) {
      String name = String.valueOf(folder.getFileName());
      ModelFolder.copy(name, models.resolve(name));
    }
    ferry = FerryLaunch.models(models).with("ferry.models.default", DEFAULT).start();
  }

  @AfterAll
  void stop() {
    ferry.close();
  }

  private JsonNode post(String path, JsonNode body) throws IOException {
    HttpResponse<String> response = ferry.post(path, body.toString());
    assertEquals(200, response.statusCode(), response::body);
    return JSON.readTree(response.body());
  }

  private static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** The fields by which a golden row says how its text was encoded. */
  private static ObjectNode options(JsonNode row) {
    ObjectNode options = object();
    if (row.has("truncate")) {
      options.put("truncate", true).set("truncation_direction", row.path("truncate"));
    }
    if (row.has("prompt_name")) {
      options.set("prompt_name", row.path("prompt_name"));
    }
    return options;
  }

  private static ObjectNode embed(JsonNode row) {
    ObjectNode request = options(row).put("inputs", row.path("text").asText());
    if (row.has("dimensions")) {
      request.set("dimensions", row.path("dimensions"));
    }
    return request;
  }

  // ---- embed

  @ParameterizedTest
  @CsvSource({
    "tiny-bert-embed, /embed",
    "tiny-mpnet-embed, /embed?model=tiny-mpnet-embed",
    "tiny-deberta-embed, /models/tiny-deberta-embed/embed",
    "tiny-modernbert-embed, /models/tiny-modernbert-embed/embed"
  })
  void everyTextHasTheOriginalsVectorOfLengthOne(String model, String path) throws Exception {
    for (JsonNode row : GoldenRows.of(model)) {
      JsonNode answer = post(path, embed(row));

      assertEquals(1, answer.size(), answer::toString);
      double[] golden = GoldenRows.numbers(row.path("output"));
      GoldenRows.assertSame(
          GoldenRows.scaled(golden), GoldenRows.numbers(answer.path(0)), row.path("text"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-mpnet-embed", "tiny-deberta-embed"})
  void withoutNormalizeTheVectorIsAsTheOriginalMakesIt(String model) throws Exception {
    for (JsonNode row : GoldenRows.of(model)) {
      JsonNode answer = post("/models/" + model + "/embed", embed(row).put("normalize", false));

      GoldenRows.assertSame(
          GoldenRows.numbers(row.path("output")),
          GoldenRows.numbers(answer.path(0)),
          row.path("text"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-bert-embed", "tiny-modernbert-embed"})
  void withoutNormalizeAModelThatScalesDoesNot(String model) throws Exception {
    for (JsonNode row : GoldenRows.of(model)) {
      if (!row.has("dimensions")) {
        JsonNode answer = post("/models/" + model + "/embed", embed(row).put("normalize", false));

        double[] vector = GoldenRows.numbers(answer.path(0));
        assertTrue(Math.abs(GoldenRows.length(vector) - 1) > 0.1, answer::toString);
        GoldenRows.assertSame(
            GoldenRows.numbers(row.path("output")), GoldenRows.scaled(vector), row.path("text"));
      }
    }
  }

  @Test
  void aListHasThemInItsOrder() throws Exception {
    List<JsonNode> rows = plain("tiny-bert-embed");
    ObjectNode request = object();
    ArrayNode inputs = request.putArray("inputs");
    rows.forEach(row -> inputs.add(row.path("text").asText()));
    inputs.add(rows.getFirst().path("token_ids"));

    JsonNode answer = post("/embed", request);

    assertEquals(rows.size() + 1, answer.size());
    for (int i = 0; i < answer.size(); i++) {
      GoldenRows.assertSame(
          GoldenRows.numbers(rows.get(i % rows.size()).path("output")),
          GoldenRows.numbers(answer.path(i)),
          i);
    }
  }

  /** The rows of whole texts and whole vectors. */
  private static List<JsonNode> plain(String model) throws IOException {
    return GoldenRows.of(model).stream()
        .filter(row -> !row.has("dimensions") && !row.has("prompt_name") && !row.has("truncate"))
        .toList();
  }

  @Test
  void everyTokenHasTheOriginalsVector() throws Exception {
    int compared = 0;
    for (JsonNode row : GoldenRows.of("tiny-bert-embed")) {
      if (row.has("tokens")) {
        JsonNode answer = post("/embed_all", object().put("inputs", row.path("text").asText()));

        assertEquals(1, answer.size());
        assertEquals(row.path("tokens").size(), answer.path(0).size());
        for (int token = 0; token < answer.path(0).size(); token++) {
          GoldenRows.assertSame(
              GoldenRows.numbers(row.path("tokens").path(token)),
              GoldenRows.numbers(answer.path(0).path(token)),
              token);
          compared++;
        }
      }
    }
    assertTrue(compared > 2, "compared " + compared);
  }

  // ---- similarity

  @Test
  void similarityIsTheCosineOfTheOriginalsVectors() throws Exception {
    for (String model : List.of("tiny-bert-embed", "tiny-mpnet-embed")) {
      List<JsonNode> rows = plain(model);
      ObjectNode request = object();
      ObjectNode inputs = request.putObject("inputs");
      inputs.put("source_sentence", rows.getFirst().path("text").asText());
      ArrayNode sentences = inputs.putArray("sentences");
      rows.forEach(row -> sentences.add(row.path("text").asText()));

      double[] answer = GoldenRows.numbers(post("/models/" + model + "/similarity", request));

      double[] source = GoldenRows.numbers(rows.getFirst().path("output"));
      double[] golden =
          rows.stream()
              .map(row -> GoldenRows.numbers(row.path("output")))
              .mapToDouble(vector -> GoldenRows.cosine(source, vector))
              .toArray();
      GoldenRows.assertSame(golden, answer, model);
      assertEquals(1, answer[0], GoldenRows.CLOSE);
    }
  }

  // ---- predict

  @ParameterizedTest
  @ValueSource(
      strings = {"tiny-roberta-classify", "tiny-distilbert-multilabel", "tiny-electra-regression"})
  void everyTextHasTheOriginalsScoresAndLogits(String model) throws Exception {
    for (JsonNode row : GoldenRows.of(model)) {
      String path = "/models/" + model + "/predict";
      JsonNode scores = post(path, options(row).put("inputs", row.path("text").asText()));
      JsonNode logits =
          post(path, options(row).put("inputs", row.path("text").asText()).put("raw_scores", true));

      assertScores(scores(row.path("output")), scores);
      assertScores(scores(row.path("raw")), logits);
    }
  }

  /** In order, best first; of an object by its labels' values, of a list by the list's. */
  private static double[] scores(JsonNode golden) {
    List<Double> scores = new ArrayList<>();
    golden.forEach(score -> scores.add(score.asDouble()));
    return scores.stream().sorted((a, b) -> Double.compare(b, a)).mapToDouble(it -> it).toArray();
  }

  private static void assertScores(double[] golden, JsonNode labels) {
    double[] scores = new double[labels.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = labels.path(i).path("score").asDouble();
      assertTrue(labels.path(i).path("label").isTextual(), labels::toString);
    }
    GoldenRows.assertSame(golden, scores, labels);
  }

  @Test
  void labelsStandWithTheirScores() throws Exception {
    JsonNode row = GoldenRows.of("tiny-roberta-classify").getFirst();
    JsonNode labels =
        post(
            "/predict?model=tiny-roberta-classify",
            object().put("inputs", row.path("text").asText()));
    for (JsonNode label : labels) {
      assertEquals(
          row.path("output").path(label.path("label").asText()).asDouble(),
          label.path("score").asDouble(),
          GoldenRows.CLOSE);
    }
  }

  // ---- rerank

  @ParameterizedTest
  @ValueSource(strings = {"tiny-bert-rerank", "tiny-xlmr-rerank"})
  void everyPairHasTheOriginalsScoreAndLogit(String model) throws Exception {
    for (JsonNode row : GoldenRows.of(model)) {
      ObjectNode request = options(row).put("query", row.path("query").asText());
      request.putArray("texts").add(row.path("text").asText());
      String path = "/models/" + model + "/rerank";

      JsonNode scored = post(path, request);
      JsonNode raw = post(path, request.put("raw_scores", true).put("return_text", true));

      assertEquals(
          row.path("output").asDouble(), scored.at("/0/score").asDouble(), GoldenRows.CLOSE);
      assertTrue(scored.at("/0/text").isMissingNode(), scored::toString);
      assertEquals(row.at("/raw/0").asDouble(), raw.at("/0/score").asDouble(), GoldenRows.CLOSE);
      assertEquals(row.path("text"), raw.at("/0/text"));
    }
  }

  @Test
  void aRankingIsSortedAndSaysWhichTextIsWhich() throws Exception {
    List<JsonNode> rows =
        GoldenRows.of("tiny-bert-rerank").stream()
            .filter(row -> !row.has("truncate"))
            .filter(row -> row.path("query").asText().equals("When does the ferry leave?"))
            .toList();
    ObjectNode request =
        object().put("query", "When does the ferry leave?").put("return_text", true);
    ArrayNode texts = request.putArray("texts");
    rows.forEach(row -> texts.add(row.path("text").asText()));

    JsonNode ranking = post("/models/tiny-bert-rerank/rerank", request);

    assertEquals(rows.size(), ranking.size());
    assertTrue(rows.size() >= 4, rows::toString);
    double last = Double.POSITIVE_INFINITY;
    for (JsonNode ranked : ranking) {
      JsonNode row = rows.get(ranked.path("index").asInt());
      double score = ranked.path("score").asDouble();
      assertEquals(row.path("output").asDouble(), score, GoldenRows.CLOSE);
      assertEquals(row.path("text"), ranked.path("text"));
      assertTrue(score <= last, ranking::toString);
      last = score;
    }
  }

  // ---- tokens

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tiny-bert-embed",
        "tiny-mpnet-embed",
        "tiny-deberta-embed",
        "tiny-modernbert-embed",
        "tiny-roberta-classify",
        "tiny-electra-regression"
      })
  void textsHaveTheOriginalsTokens(String model) throws Exception {
    for (JsonNode row : GoldenRows.of(model)) {
      if (!row.has("truncate")) {
        ObjectNode request = options(row).put("inputs", row.path("text").asText());
        JsonNode tokens = post("/models/" + model + "/tokenize", request).path(0);
        ArrayNode ids = JSON.createArrayNode();
        tokens.forEach(token -> ids.add(token.path("id")));

        // What is longer than the model takes was cut by the original.
        if (ids.size() == row.path("token_ids").size()) {
          assertEquals(row.path("token_ids"), ids);
        } else {
          assertEquals(64, row.path("token_ids").size(), row::toString);
        }
      }
    }
  }

  // ---- the page, the examples

  @Test
  void everyModelSaysWhatItIs() throws Exception {
    Map<String, String> types =
        Map.of(
            "tiny-bert-embed", "/model_type/embedding/pooling",
            "tiny-roberta-classify", "/model_type/classifier/id2label/2",
            "tiny-bert-rerank", "/model_type/reranker/id2label/0");
    for (Map.Entry<String, String> type : types.entrySet()) {
      JsonNode info = JSON.readTree(ferry.get("/models/" + type.getKey() + "/info").body());
      assertEquals(type.getKey(), info.path("model_id").asText());
      assertEquals(64, info.path("max_input_length").asInt());
      assertEquals("float32", info.path("model_dtype").asText());
      assertTrue(info.at(type.getValue()).isTextual(), info::toString);
    }
    assertEquals(424, ferry.get("/models/tiny-vit/info").statusCode());
  }

  @Test
  void theExamplesOfTheDescriptionAreServed() throws Exception {
    Map<String, String> served =
        Map.of(
            "/embed", DEFAULT,
            "/embed_all", DEFAULT,
            "/predict", "tiny-roberta-classify",
            "/rerank", "tiny-bert-rerank",
            "/similarity", DEFAULT,
            "/tokenize", DEFAULT,
            "/decode", DEFAULT);
    JsonNode paths = JSON.readTree(ferry.get("/q/openapi?format=json").body()).path("paths");
    int examples = 0;
    for (Map.Entry<String, String> path : served.entrySet()) {
      for (JsonNode example :
          paths.path(path.getKey()).at("/post/requestBody/content/application~1json/examples")) {
        post(path.getKey() + "?model=" + path.getValue(), example.path("value"));
        examples++;
      }
    }
    assertTrue(examples >= 17, "only " + examples);
  }

  // ---- what goes wrong

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /embed      | {"inputs": []}                                     | 400 | Empty      | an empty list
          /embed      | {"inputs": ["a", ""]}                              | 400 | Empty      | input 1: the text is empty
          /embed      | {"inputs": [[]]}                                   | 400 | Empty      | input 0: there is no token
          /embed      | {"inputs": [2]}                                    | 400 | Empty      | the tokens stand for no text
          /embed      | {"inputs": [-1]}                                   | 422 | Validation | -1 is no token id
          /embed      | {"inputs": [[5], [999999]]}                        | 422 | Validation | input 1: 999999 is no token id
          /embed      | {"inputs": "a", "dimensions": 33}                  | 422 | Validation | so 1 to 32 are allowed
          /embed      | {"inputs": "a", "dimensions": 0}                   | 422 | Validation | so 1 to 32 are allowed
          /embed      | {"inputs": "a", "prompt_name": "nobody"}           | 422 | Validation | there are passage, query
          /embed      | {"inputs": ["a", "\\ud83d"]}                       | 422 | Validation | input 1: the text is not well-formed
          /embed_all  | {"inputs": [""]}                                   | 400 | Empty      | the text is empty
          /similarity | {"inputs": {"source_sentence": "", "sentences": ["a"]}}       | 400 | Empty | source_sentence: the text is empty
          /similarity | {"inputs": {"source_sentence": "a", "sentences": []}}         | 400 | Empty | "sentences" is an empty list
          /similarity | {"inputs": {"source_sentence": "a", "sentences": ["b", ""]}}  | 400 | Empty | sentence 1: the text is empty
          /models/tiny-bert-rerank/rerank | {"query": "", "texts": ["a"]}      | 400 | Empty   | the query is empty
          /models/tiny-bert-rerank/rerank | {"query": "a", "texts": []}        | 400 | Empty   | an empty list
          /models/tiny-bert-rerank/rerank | {"query": "a", "texts": ["b", ""]} | 400 | Empty   | text 1: the text is empty
          /predict    | {"inputs": "a"}                                    | 424 | Backend    | makes one vector of a text; /predict needs a classifier
          /rerank     | {"query": "a", "texts": ["b"]}                     | 424 | Backend    | /rerank needs a reranker
          /models/tiny-bert-rerank/embed   | {"inputs": "a"}               | 424 | Backend    | is a reranker
          /models/tiny-bert-rerank/predict | {"inputs": ["a", "b"]}        | 424 | Backend    | /predict needs a classifier
          /models/tiny-vit/embed           | {"inputs": "a"}               | 424 | Backend    | takes numbers
          /models/tiny-vit/tokenize        | {"inputs": "a"}               | 422 | Validation | has no tokenizer
          /models/tiny-tabular/decode      | {"ids": [1]}                  | 422 | Validation | has no tokenizer
          """)
  void whatAModelCannotDoIsSaidAsInTheirServer(
      String path, String body, int status, String type, String says) throws Exception {
    assertError(ferry.post(path, body), status, type, says);
  }

  @Test
  void whatIsTooLongNamesItsRow() throws Exception {
    String text = "ferry ".repeat(100);
    assertError(
        ferry.post("/embed", "{\"inputs\": [\"a\", \"%s\"]}".formatted(text)),
        422,
        "Validation",
        "input 1: the text has 102 tokens, the model takes 64");
    assertError(
        ferry.post(
            "/similarity",
            "{\"inputs\": {\"source_sentence\": \"%s\", \"sentences\": [\"a\"]}}".formatted(text)),
        422,
        "Validation",
        "source_sentence: the text has 102 tokens");
  }

  private static void assertError(
      HttpResponse<String> response, int status, String type, String says) throws IOException {
    assertEquals(status, response.statusCode(), response::body);
    JsonNode error = JSON.readTree(response.body());
    assertEquals(2, error.size(), error::toString);
    assertEquals(type, error.path("error_type").asText());
    assertTrue(error.path("error").asText().contains(says), error::toString);
  }

  @Test
  void withSeveralModelsAndNoDefaultOneMustBeNamed() throws Exception {
    try (FerryProcess several = FerryLaunch.models(models).startListening()) {
      Eventually.within(
          Eventually.MODEL_LOADS,
          "every model is loaded",
          () -> several.health("started").statusCode() == 200);

      assertError(
          several.post("/embed", "{\"inputs\": \"a\"}"), 400, "Validation", "name one of them: ");
      assertError(several.get("/info"), 400, "Validation", "name one of them: ");
      assertEquals(200, several.get("/health").statusCode());
      assertEquals(200, several.get("/metrics").statusCode());
      assertEquals(
          200, several.post("/models/" + DEFAULT + "/embed", "{\"inputs\": \"a\"}").statusCode());
      assertEquals(
          Optional.of("tiny-vit"),
          Optional.of(
              JSON.readTree(several.get("/v1/models/tiny-vit").body()).path("id").asText()));
    }
  }
}
