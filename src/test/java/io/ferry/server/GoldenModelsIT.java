package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ferry.CompiledModels;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All golden models in one server, asked over HTTP and all at once, so that batches of all kinds
 * come about: everyone gets what the originals in Python say.
 */
class GoldenModelsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double GOLDEN = 1e-4;
  private static final int ROUNDS = 5;
  private static final long SEED = 7;

  @TempDir Path models;

  /** One question and what the original answers. */
  private record Question(String name, String body, JsonNode golden) {}

  @ParameterizedTest
  @ValueSource(strings = {"onnxruntime", "pytorch"})
  void everyoneGetsWhatTheOriginalAnswers(String engine) throws Exception {
    for (Path folder : ModelFolder.golden()) {
      String name = String.valueOf(folder.getFileName());
      ModelFolder.copy(name, models.resolve(name));
    }
    everyoneGetsWhatTheOriginalAnswers(
        FerryLaunch.models(models).with("ferry.engine", engine),
        engine.equals("pytorch") ? "pytorch_torchscript" : "onnxruntime_onnx");
  }

  @Test
  @Tag("aoti")
  void soDoCompiledModels() throws Exception {
    CompiledModels compiled = CompiledModels.here();
    for (Path folder : ModelFolder.golden()) {
      compiled.copy(String.valueOf(folder.getFileName()), models);
    }
    everyoneGetsWhatTheOriginalAnswers(
        FerryLaunch.models(models)
            .with("ferry.aotinductor.libtorch", compiled.libtorch().toString())
            .with("ferry.device", CompiledModels.device()),
        "pytorch_aotinductor");
  }

  /** A process holds one PyTorch; the models of the other kind say so, and the others serve. */
  @Test
  @Tag("aoti")
  void aModelForTheOtherPyTorchSaysSo() throws Exception {
    CompiledModels compiled = CompiledModels.here();
    compiled.copy("tiny-bert-embed", models);
    ModelFolder.copy("tiny-vit", models.resolve("tiny-vit"), "model.onnx");
    ModelFolder.copy("tiny-tabular", models.resolve("tiny-tabular"), "model.pt");
    try (FerryProcess ferry =
        FerryLaunch.models(models)
            .with("ferry.aotinductor.libtorch", compiled.libtorch().toString())
            .with("ferry.models.default", "tiny-bert-embed")
            .startListening()) {
      Eventually.within(
          Eventually.MODEL_LOADS, "started", () -> ferry.health("started").statusCode() == 200);
      String index = ferry.get("/v2/models").body();
      assertEquals(1, JSON.readTree(index).findValuesAsText("reason").size(), index);
      assertTrue(index.contains("a model.pt2 is served here"), index);
      assertEquals(200, ferry.process("{\"input\": \"a\"}").statusCode());
      assertEquals(200, ferry.health("ready").statusCode());
    }
  }

  private static void everyoneGetsWhatTheOriginalAnswers(FerryLaunch launch, String platform)
      throws Exception {
    List<Question> questions = new ArrayList<>();
    for (Path folder : ModelFolder.golden()) {
      String name = String.valueOf(folder.getFileName());
      JsonNode golden = JSON.readTree(folder.resolve("golden.json").toFile());
      for (JsonNode row : golden.path("rows")) {
        questions.add(question(name, golden.path("task").asText(), row));
      }
    }
    try (FerryProcess ferry =
        launch
            .with("ferry.device.lanes", "2")
            .with("ferry.batching.max-wait", "2ms")
            .with("ferry.models.default", "tiny-vit")
            .start()) {
      List<Question> shuffled = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        shuffled.addAll(questions);
      }
      Collections.shuffle(shuffled, new Random(SEED));

      List<CompletableFuture<HttpResponse<String>>> answers =
          shuffled.stream().map(question -> ferry.processLater(question.body())).toList();

      int batched = 0;
      for (int i = 0; i < shuffled.size(); i++) {
        HttpResponse<String> answer = answers.get(i).join();
        assertGolden(shuffled.get(i), answer);
        batched += Client.header(answer, "x-batch-size").equals("1") ? 0 : 1;
      }
      assertTrue(batched > shuffled.size() / 4, "rows that shared a batch: " + batched);
      assertEquals(
          List.of(platform),
          JSON.readTree(ferry.get("/v2/models").body()).findValuesAsText("platform").stream()
              .distinct()
              .toList());
    }
  }

  @Test
  void aRankingIsSortedAndSaysWhichTextIsWhich() throws Exception {
    ModelFolder.copy("tiny-bert-rerank", models.resolve("ranks"));
    JsonNode golden =
        JSON.readTree(Path.of("src/test/resources/models/tiny-bert-rerank/golden.json").toFile());
    String query = golden.path("rows").path(0).path("query").asText();
    ArrayNode texts = JSON.createArrayNode();
    List<Double> scores = new ArrayList<>();
    for (JsonNode row : golden.path("rows")) {
      if (row.path("query").asText().equals(query) && !row.has("truncate")) {
        texts.add(row.path("text").asText());
        scores.add(row.path("output").asDouble());
      }
    }
    assertTrue(texts.size() >= 2, texts::toString);
    ObjectNode request = JSON.createObjectNode();
    request.putObject("input").put("query", query).set("texts", texts);
    try (FerryProcess ferry = FerryLaunch.models(models).start()) {
      JsonNode ranking = JSON.readTree(ferry.process(request.toString()).body()).path("output");

      assertEquals(texts.size(), ranking.size());
      double last = Double.POSITIVE_INFINITY;
      for (JsonNode ranked : ranking) {
        double score = ranked.path("score").asDouble();
        assertEquals(scores.get(ranked.path("index").asInt()), score, GOLDEN);
        assertTrue(score <= last, ranking::toString);
        last = score;
      }
    }
  }

  // ---- questions

  private static Question question(String model, String task, JsonNode row) {
    ObjectNode request = JSON.createObjectNode().put("model", model);
    switch (task) {
      case "rerank" -> {
        request
            .putObject("input")
            .put("query", row.path("query").asText())
            .putArray("texts")
            .add(row.path("text").asText());
      }
      case "tensors" -> request.set("input", row.path("inputs"));
      default -> {
        if (row.has("query")) {
          request
              .putObject("input")
              .put("text", row.path("query").asText())
              .put("text_pair", row.path("text").asText());
        } else {
          request.put("input", row.path("text").asText());
        }
      }
    }
    if (task.equals("classify")) {
      request.put("top_k", 1_000);
    }
    if (row.has("dimensions")) {
      request.set("dimensions", row.path("dimensions"));
    }
    if (row.has("prompt_name")) {
      request.set("prompt_name", row.path("prompt_name"));
    }
    if (row.has("truncate")) {
      request.put("truncate", true);
      request.put("truncation_direction", row.path("truncate").asText().toLowerCase(Locale.ROOT));
    }
    return new Question(model + " " + task, request.toString(), row.path("output"));
  }

  // ---- answers

  private static void assertGolden(Question question, HttpResponse<String> response)
      throws Exception {
    assertEquals(200, response.statusCode(), () -> question + ": " + response.body());
    JsonNode output = JSON.readTree(response.body()).path("output");
    JsonNode golden = question.golden();
    if (question.name().endsWith("rerank")) {
      assertSame(golden, output.path(0).path("score"), question);
    } else if (question.name().endsWith("classify")) {
      for (JsonNode label : output) {
        assertSame(
            golden.isArray() ? golden.path(0) : golden.path(label.path("label").asText()),
            label.path("score"),
            question);
      }
    } else if (golden.isObject()) {
      // The answer of /process is the first output.
      assertSame(golden.iterator().next(), output, question);
    } else {
      assertSame(golden, output, question);
    }
  }

  private static void assertSame(JsonNode golden, JsonNode answer, Question question) {
    if (golden.isArray()) {
      assertEquals(golden.size(), answer.size(), question::toString);
      for (int i = 0; i < golden.size(); i++) {
        assertSame(golden.path(i), answer.path(i), question);
      }
    } else {
      assertTrue(golden.isNumber() && answer.isNumber(), question::toString);
      assertEquals(
          golden.asDouble(),
          answer.asDouble(),
          GOLDEN * Math.max(1, Math.abs(golden.asDouble())),
          question::toString);
    }
  }
}
