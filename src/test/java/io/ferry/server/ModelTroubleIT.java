package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What callers of OpenAI's and of TEI's paths hear of a model that fails on their input, or does
 * not serve at all.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelTroubleIT {

  @TempDir static Path models;

  private FerryProcess ferry;

  @BeforeAll
  void start() throws Exception {
    ModelFolder.copy("faulty", models.resolve("labels"));
    ModelFolder.copy("faulty", models.resolve("vectors"));
    Files.writeString(
        models.resolve("vectors").resolve("config.json"),
        "{\"vocab_size\": 8, \"hidden_size\": 2, \"max_position_embeddings\": 4096, \"pad_token_id\": 0}");
    ModelFolder.copy("tiny-bert-embed", models.resolve("broken"), "model.pt", "model.onnx");
    ferry =
        FerryLaunch.models(models)
            .with("ferry.models.default", "broken")
            .with("ferry.model.\"vectors\".task", "embed")
            .startListening();
    Eventually.within(
        Eventually.MODEL_LOADS, "started", () -> ferry.health("started").statusCode() == 200);
  }

  @AfterAll
  void stop() {
    ferry.close();
  }

  @Test
  void oneRowThatFailsFailsItsListAndNamesItself() {
    HttpResponse<String> tei =
        ferry.post("/models/labels/predict", "{\"inputs\": [[\"one\"], [\"faulty\"]]}");
    assertEquals(424, tei.statusCode(), tei::body);
    assertEquals("Backend", Client.json(tei).path("error_type").asText());
    assertFails(Client.json(tei).path("error").asText());

    HttpResponse<String> openAi =
        ferry.post("/v1/embeddings", "{\"model\": \"vectors\", \"input\": [\"one\", \"faulty\"]}");
    assertEquals(424, openAi.statusCode(), openAi::body);
    JsonNode error = Client.json(openAi).path("error");
    assertEquals("server_error", error.path("type").asText());
    assertTrue(error.path("param").isNull() && error.path("code").isNull(), error::toString);
    assertFails(error.path("message").asText());

    assertEquals(200, ferry.post("/models/labels/predict", "{\"inputs\": \"one\"}").statusCode());
    assertEquals(200, ferry.post("/models/vectors/embed", "{\"inputs\": \"one\"}").statusCode());
  }

  private void assertFails(String message) {
    String begin = "input 1: the model failed on this input; the server's log has the cause under ";
    assertTrue(message.startsWith(begin), message);
    assertTrue(ferry.log().contains(message.substring(begin.length())), "the id is in the log");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/models/broken/health", "/info", "/models/broken/info"})
  void aModelThatDoesNotServeIsUnhealthy(String path) {
    HttpResponse<String> response = ferry.get(path);
    assertEquals(503, response.statusCode(), response::body);
    assertEquals("Unhealthy", Client.json(response).path("error_type").asText());
    assertEquals("1", Client.header(response, "Retry-After"));
  }

  @Test
  void itsCallersAreToldToTryAgain() {
    for (String path : List.of("/embed", "/models/broken/embed", "/tokenize")) {
      HttpResponse<String> response = ferry.post(path, "{\"inputs\": \"a\"}");
      assertEquals(503, response.statusCode(), response::body);
      assertEquals("Unhealthy", Client.json(response).path("error_type").asText());
      assertEquals("1", Client.header(response, "Retry-After"));
    }
    HttpResponse<String> response = ferry.post("/v1/embeddings", "{\"input\": \"a\"}");
    assertEquals(503, response.statusCode(), response::body);
    assertEquals("server_error", Client.json(response).at("/error/type").asText());
    assertEquals("1", Client.header(response, "Retry-After"));
  }

  @Test
  void itIsNotAmongTheModelsThatServe() {
    String list = ferry.get("/v1/models").body();
    assertFalse(list.contains("broken"), list);
    assertTrue(list.contains("labels") && list.contains("vectors"), list);
    HttpResponse<String> page = ferry.get("/v1/models/broken");
    assertEquals(503, page.statusCode(), page::body);
    assertEquals("server_error", Client.json(page).at("/error/type").asText());
  }

  @Test
  void theMetricsAreThereAnyway() {
    assertTrue(
        ferry
            .get("/metrics")
            .body()
            .contains("ferry_model_state{model=\"labels\",state=\"Ready\",} 1.0"));
    assertEquals(200, ferry.get("/models/broken/metrics").statusCode());
  }
}
