package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.MixedTexts;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /process} with the real engine and the embedded model. */
@QuarkusTest
class ProcessAnswersTest {

  private static final String GERMAN = "{\"input\": \"Wo fährt der Zug nach Bremen ab?\"}";
  private static final int LABELS = 25;
  private static final double SAME = 1e-5;
  private static final Pattern MILLIS = Pattern.compile("\\d+\\.\\d{3}");

  @TestHTTPResource("/process")
  URI process;

  @TestHTTPResource(value = "/health/ready", management = true)
  URI ready;

  private Client client;

  @BeforeEach
  void waitUntilReady() throws InterruptedException {
    client = new Client(process);
    Eventually.within(Eventually.MODEL_LOADS, "ready", () -> client.get(ready).statusCode() == 200);
  }

  @Test
  void germanIsToldToBeGerman() {
    JsonNode answer = output(client.post(GERMAN));

    assertEquals("de", answer.path(0).path("label").asText());
    assertTrue(answer.path(0).path("score").asDouble() > 0.5, answer::toString);
    assertEquals(5, answer.size(), "labels where none are asked for");
  }

  @ParameterizedTest
  @CsvSource({
    "en, Where does the train to Bremen leave from?",
    "fr, De quel quai part le train pour Brême ?",
    "ru, Откуда отправляется поезд в Бремен?",
    "ja, ブレーメン行きの電車はどこから出ますか。",
    "el, Από πού φεύγει το τρένο για τη Βρέμη;"
  })
  void soAreOtherLanguages(String language, String text) {
    JsonNode answer = output(client.post("{\"input\": \"" + text + "\"}"));

    assertEquals(language, answer.path(0).path("label").asText(), answer::toString);
  }

  @Test
  void allLabelsComeSortedAndTheirScoresSumToOne() {
    JsonNode answer = output(client.post("{\"input\": \"Guten Tag\", \"top_k\": 25}"));

    assertEquals(LABELS, answer.size());
    double sum = 0;
    double last = 1;
    for (JsonNode label : answer) {
      double score = label.path("score").asDouble();
      assertTrue(score <= last && score >= 0, answer::toString);
      assertEquals(2, label.size(), label::toString);
      last = score;
      sum += score;
    }
    assertEquals(1.0, sum, SAME);
    assertEquals(LABELS, scores(answer).size(), "distinct labels");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 3", "25, 25", "26, 25", "9000000000, 25"})
  void topKIsAnUpperBound(long asked, int labels) {
    String body = "{\"input\": \"Guten Tag\", \"top_k\": %d}".formatted(asked);

    assertEquals(labels, output(client.post(body)).size());
  }

  @Test
  void aListGetsAListInItsOrder() {
    JsonNode answer =
        output(
            client.post(
                "{\"input\": [\"Wo ist der Bahnhof?\", \"Где находится вокзал?\"], \"top_k\": 1}"));

    assertEquals(2, answer.size());
    assertEquals("de", answer.path(0).path(0).path("label").asText());
    assertEquals("ru", answer.path(1).path(0).path("label").asText());
  }

  @Test
  void aListOfOneGetsAListOfOne() {
    JsonNode answer = output(client.post("{\"input\": [\"Guten Tag\"]}"));

    assertEquals(1, answer.size());
    assertTrue(answer.path(0).isArray(), answer::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"input\": \"a\", \"model\": \"language-id\"}",
        "{\"input\": \"a\", \"model\": null, \"top_k\": null, \"timeout_ms\": null, \"priority\": null}",
        "{\"input\": \"a\", \"priority\": 0}",
        "{\"input\": \"a\", \"priority\": 9}",
        "{\"input\": \"a\", \"timeout_ms\": 20000}",
        "{\"input\": \"a\", \"timeout_ms\": 9000000000000000000}",
        "{\"input\": \"nul \\u0000 inside\"}",
        "{\"input\": \"\\u0000\"}",
        "{\"input\": \" \"}",
        "{\"input\": \"\\n\"}",
        "{\"input\": \"12345\"}",
        "{\"input\": \"\\ud83d\\ude00\"}",
        "{\"input\": \"\\uffff\\ufeff\"}",
        "{\"input\": \"https://example.org/\"}"
      })
  void whatIsUnusualButAllowedIsServed(String body) {
    HttpResponse<String> response = client.post(body);

    assertEquals(200, response.statusCode(), response::body);
    assertEquals("language-id", Client.json(response).path("model").asText());
  }

  @Test
  void headersMayAskWhatTheBodyMayAndTheBodyCounts() {
    String body = "{\"input\": \"a\", \"timeout_ms\": 20000, \"priority\": 5}";

    assertEquals(
        200, client.post(GERMAN, "x-request-timeout-ms", "20000", "x-priority", "9").statusCode());
    assertEquals(
        200, client.post(body, "x-request-timeout-ms", "0", "x-priority", "10").statusCode());
  }

  @Test
  void theContentTypeMayNameItsCharset() {
    HttpResponse<String> response =
        client.send("POST", "/process", GERMAN, "Content-Type", "application/json; charset=utf-8");

    assertEquals(200, response.statusCode(), response::body);
  }

  @Test
  void everyAnswerSaysWhereItsTimeWent() {
    HttpResponse<String> response = client.post(GERMAN);

    assertTimings(response);
    assertEquals("1", Client.header(response, "x-batch-size"));
    double queue = Double.parseDouble(Client.header(response, "x-queue-time"));
    double inference = Double.parseDouble(Client.header(response, "x-inference-time"));
    double total = Double.parseDouble(Client.header(response, "x-total-time"));
    assertTrue(inference > 0 && queue + inference <= total + 0.01, response.headers()::toString);
  }

  @Test
  void aRequestIdIsEchoedOrMade() {
    assertEquals("trace-0815/x", requestId("trace-0815/x"));
    assertNotEquals(requestId(), requestId());
    assertFalse(requestId().isBlank());
    assertNotEquals("has blanks", requestId("has blanks"));
    assertNotEquals("ümlaut", requestId("ümlaut"));
    assertNotEquals("x".repeat(129), requestId("x".repeat(129)));
    assertEquals("x".repeat(128), requestId("x".repeat(128)));
  }

  private String requestId(String... given) {
    HttpResponse<String> response =
        given.length == 0 ? client.post(GERMAN) : client.post(GERMAN, "x-request-id", given[0]);
    assertEquals(200, response.statusCode(), response::body);
    return Client.header(response, "x-request-id");
  }

  @Test
  void aListOf100MixedTextsGivesTheSameScoresAs100SingleRequests() {
    List<String> texts = MixedTexts.of(100);
    String list = String.join("\", \"", texts);

    HttpResponse<String> response = client.post("{\"input\": [\"" + list + "\"], \"top_k\": 25}");

    JsonNode together = output(response);
    assertEquals(texts.size(), together.size());
    assertTrue(batchSize(response) > 1, "the list shared a batch");
    for (int row = 0; row < texts.size(); row++) {
      HttpResponse<String> single =
          client.post("{\"input\": \"" + texts.get(row) + "\", \"top_k\": 25}");
      assertEquals(1, batchSize(single));
      assertSameScores(texts.get(row), scores(output(single)), scores(together.path(row)));
    }
  }

  @Test
  void concurrentSingleRequestsShareBatchesAndEachGetsItsOwnAnswer()
      throws InterruptedException, ExecutionException {
    List<String> texts = MixedTexts.of(64);
    List<Map<String, Double>> alone = new ArrayList<>();
    for (String text : texts) {
      alone.add(scores(output(client.post("{\"input\": \"" + text + "\", \"top_k\": 25}"))));
    }

    int largest = 0;
    // Usually the first round is enough; how threads are scheduled is not ours to say.
    for (int round = 0; round < 20 && largest <= 1; round++) {
      List<Callable<HttpResponse<String>>> calls = new ArrayList<>();
      for (String text : texts) {
        calls.add(() -> client.post("{\"input\": \"" + text + "\", \"top_k\": 25}"));
      }
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<HttpResponse<String>>> answers = threads.invokeAll(calls);
        for (int i = 0; i < answers.size(); i++) {
          HttpResponse<String> answer = answers.get(i).get();
          assertSameScores(texts.get(i), alone.get(i), scores(output(answer)));
          largest = Math.max(largest, batchSize(answer));
        }
      }
    }
    assertTrue(largest > 1, "no batch was shared");
  }

  private static void assertSameScores(
      String text, Map<String, Double> expected, Map<String, Double> actual) {
    assertEquals(LABELS, actual.size());
    expected.forEach(
        (label, score) ->
            assertEquals(score, actual.get(label), SAME, () -> label + " of: " + text));
  }

  private static Map<String, Double> scores(JsonNode labels) {
    Map<String, Double> scores = new HashMap<>();
    for (JsonNode label : labels) {
      scores.put(label.path("label").asText(), label.path("score").asDouble());
    }
    return scores;
  }

  private static JsonNode output(HttpResponse<String> response) {
    assertEquals(200, response.statusCode(), response::body);
    assertTimings(response);
    JsonNode answer = Client.json(response);
    assertAll(
        () -> assertEquals("language-id", answer.path("model").asText()),
        () -> assertEquals(2, answer.size(), answer::toString),
        () -> assertTrue(answer.path("output").isArray(), answer::toString));
    return answer.path("output");
  }

  private static void assertTimings(HttpResponse<String> response) {
    for (String header : List.of("x-queue-time", "x-inference-time", "x-total-time")) {
      String value = Client.header(response, header);
      assertTrue(MILLIS.matcher(value).matches(), () -> header + ": " + value);
    }
    assertTrue(batchSize(response) >= 1, "x-batch-size");
  }

  private static int batchSize(HttpResponse<String> response) {
    return Integer.parseInt(Client.header(response, "x-batch-size"));
  }
}
