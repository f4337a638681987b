package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The paths of text-embeddings-inference that the embedded classifier serves. */
@QuarkusTest
class TextEmbeddingsTest {

  private static final int LABELS = 25;
  private static final double SAME = 1e-5;

  @TestHTTPResource("/predict")
  URI predict;

  @TestHTTPResource(value = "/health/ready", management = true)
  URI ready;

  @TestHTTPResource(value = "/metrics", management = true)
  URI metrics;

  private Client client;

  @BeforeEach
  void waitUntilReady() throws InterruptedException {
    client = new Client(predict);
    Eventually.within(Eventually.MODEL_LOADS, "ready", () -> client.get(ready).statusCode() == 200);
  }

  private JsonNode post(String path, String body) {
    HttpResponse<String> response =
        client.send("POST", path, body, "Content-Type", "application/json");
    assertEquals(200, response.statusCode(), response::body);
    return Client.json(response);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/predict",
        "/predict?model=language-id",
        "/models/language-id/predict",
        "/",
        "/?model=language-id",
        "/models/language-id"
      })
  void aTextGetsAllLabelsBestFirst(String path) {
    JsonNode labels = post(path, "{\"inputs\": \"Wo fährt der Zug ab?\"}");

    assertEquals(LABELS, labels.size());
    assertEquals("de", labels.path(0).path("label").asText());
    double sum = 0;
    double last = 1;
    for (JsonNode label : labels) {
      double score = label.path("score").asDouble();
      assertTrue(score <= last, labels::toString);
      last = score;
      sum += score;
    }
    assertEquals(1, sum, SAME);
  }

  @Test
  void aListGetsAListInItsOrderAndTheSameScores() {
    JsonNode list = post("/predict", "{\"inputs\": [[\"Guten Tag\"], [\"Добрый день\"]]}");

    assertEquals(2, list.size());
    assertEquals("ru", list.path(1).path(0).path("label").asText());
    JsonNode alone = post("/predict", "{\"inputs\": \"Guten Tag\"}");
    for (int i = 0; i < LABELS; i++) {
      assertEquals(
          alone.path(i).path("score").asDouble(),
          list.path(0).path(i).path("score").asDouble(),
          SAME);
    }
  }

  @Test
  void rawScoresSoftenToTheScores() {
    JsonNode raw = post("/predict", "{\"inputs\": \"Guten Tag\", \"raw_scores\": true}");
    JsonNode scores = post("/predict", "{\"inputs\": \"Guten Tag\"}");

    double sum = 0;
    for (JsonNode label : raw) {
      sum += Math.exp(label.path("score").asDouble());
    }
    for (int i = 0; i < LABELS; i++) {
      assertEquals(raw.path(i).path("label").asText(), scores.path(i).path("label").asText());
      assertEquals(
          Math.exp(raw.path(i).path("score").asDouble()) / sum,
          scores.path(i).path("score").asDouble(),
          SAME);
    }
  }

  @Test
  void theHeadersSayWhatWasComputed() {
    HttpResponse<String> response =
        client.post("{\"inputs\": [[\"Guten Tag\"], [\"👍\", \"abc\"]]}");

    assertEquals(200, response.statusCode());
    assertEquals("cpu", Client.header(response, "x-compute-type"));
    assertEquals("13", Client.header(response, "x-compute-characters"));
    assertTrue(Integer.parseInt(Client.header(response, "x-compute-tokens")) > 3);
    double encoding = Double.parseDouble(Client.header(response, "x-tokenization-time"));
    double total = Double.parseDouble(Client.header(response, "x-compute-time"));
    assertEquals(total, Double.parseDouble(Client.header(response, "x-total-time")));
    assertTrue(encoding > 0 && encoding < total, response.headers()::toString);
    assertEquals("2", Client.header(response, "x-batch-size"));
  }

  @Test
  void tokensBecomeTheirTextAgain() {
    String text = "Größe, 👍 и";
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    JsonNode tokens =
        post("/tokenize", "{\"inputs\": [\"%s\"], \"add_special_tokens\": false}".formatted(text))
            .path(0);
    List<Integer> ids = new ArrayList<>();
    for (JsonNode token : tokens) {
      int start = token.path("start").asInt();
      int stop = token.path("stop").asInt();
      assertEquals(
          new String(utf8, start, stop - start, StandardCharsets.UTF_8),
          token.path("text").asText());
      ids.add(token.path("id").asInt());
    }
    assertTrue(ids.size() > 2, tokens::toString);

    JsonNode decoded = post("/decode", "{\"ids\": [%s, %s]}".formatted(ids, ids));

    assertEquals(2, decoded.size());
    assertEquals(decoded.path(0), decoded.path(1));
    assertEquals(decoded.path(0), post("/decode", "{\"ids\": %s}".formatted(ids)).path(0));
  }

  @Test
  void theModelIsDescribed() {
    for (String path : List.of("/info", "/info?model=language-id", "/models/language-id/info")) {
      HttpResponse<String> response = client.send("GET", path, "");
      assertEquals(200, response.statusCode());
      JsonNode info = Client.json(response);
      assertEquals("language-id", info.path("model_id").asText());
      assertEquals(8192, info.path("max_input_length").asInt());
      assertEquals(256, info.path("max_client_batch_size").asInt());
      assertEquals(LABELS, info.path("model_type").path("classifier").path("id2label").size());
      assertTrue(info.path("version").asText().matches("[0-9]+\\..*"), info::toString);
    }
  }

  @Test
  void healthSaysNothingWhenAllIsWell() {
    for (String path :
        List.of("/health", "/health?model=language-id", "/models/language-id/health")) {
      HttpResponse<String> response = client.send("GET", path, "");
      assertEquals(200, response.statusCode());
      assertEquals("", response.body());
    }
  }

  @Test
  void theMetricsAreThoseOfTheManagementPort() {
    post("/predict", "{\"inputs\": \"Guten Tag\"}");
    HttpResponse<String> here = client.send("GET", "/metrics", "");
    HttpResponse<String> there = client.send("GET", metrics.toString(), "", "Accept", "text/plain");

    assertEquals(200, here.statusCode());
    assertEquals("text/plain; version=0.0.4; charset=utf-8", Client.header(here, "Content-Type"));
    assertEquals(
        Client.header(there, "Content-Type"), Client.header(here, "Content-Type"), "their formats");
    assertEquals(types(there.body()), types(here.body()));
    assertTrue(
        here.body()
            .contains(
                "ferry_requests_total{model=\"language-id\",outcome=\"completed\",protocol=\"tei\",}"),
        here::body);
  }

  private static List<String> types(String page) {
    return page.lines().filter(line -> line.startsWith("# TYPE ferry_")).sorted().toList();
  }

  /** Their own server counts a single prediction twice, and its success never. */
  @Test
  void aRequestIsCountedOnce() {
    double before = served();
    post("/predict", "{\"inputs\": \"Guten Tag\"}");
    assertEquals(before + 1, served());
    post("/predict", "{\"inputs\": [[\"Guten Tag\"], [\"Guten Abend\"]]}");
    assertEquals(before + 2, served());
  }

  private double served() {
    return client
        .get(metrics)
        .body()
        .lines()
        .filter(line -> line.startsWith("ferry_requests_total") && line.contains("\"tei\""))
        .filter(line -> line.contains("completed"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
