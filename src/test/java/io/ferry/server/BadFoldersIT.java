package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Folders that cannot be served: each says why, to an operator; the others serve on. */
class BadFoldersIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NUMBERS =
      """
      {"inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 3]}],
       "outputs": [{"name": "y", "datatype": "FP32", "shape": [-1, 3]}]}
      """;

  private static final String IMAGES =
      """
      {"inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 1, -1, -1], "example": [1, 8, 8]}],
       "outputs": [{"name": "y", "datatype": "FP32", "shape": [-1, 1, -1, -1]}]}
      """;

  @TempDir Path models;

  @Test
  void eachSaysWhyAndTheOthersServeOn() throws Exception {
    Map<String, String> reasons = new TreeMap<>();
    ModelFolder.copy("tiny-roberta-classify", models.resolve("good"));

    Files.createDirectories(models.resolve("empty"));
    reasons.put(
        "empty", "the model folder has no model.pt2 or model.onnx or model.pt; src/main/python");

    // Nothing is loaded of it: no libtorch is set.
    ModelFolder.copy("tiny-bert-embed", models.resolve("compiled"), "model.pt", "model.onnx");
    Files.writeString(models.resolve("compiled/model.pt2"), "compiled");
    Files.delete(models.resolve("compiled/manifest.json"));
    reasons.put("compiled", "model.pt2 needs a libtorch, and none is set: set ferry.aotinductor");

    ModelFolder.copy("tiny-bert-embed", models.resolve("no-configuration"), "config.json");
    reasons.put("no-configuration", "the model folder has no config.json");

    ModelFolder.copy("tiny-bert-embed", models.resolve("no-tokenizer"), "tokenizer.json");
    reasons.put("no-tokenizer", "the model folder has no tokenizer.json");

    ModelFolder.copy("tiny-bert-embed", models.resolve("cut-off"), "manifest.json", "model.pt");
    cutOff(models.resolve("cut-off/model.onnx"));
    reasons.put("cut-off", "model.onnx is not an ONNX file, or is cut off");

    ModelFolder.copy("tiny-bert-embed", models.resolve("damaged"));
    cutOff(models.resolve("damaged/model.onnx"));
    reasons.put("damaged", "model.onnx is not the file that manifest.json describes");

    ModelFolder.copy("tiny-bert-embed", models.resolve("wrong-json"));
    Files.writeString(models.resolve("wrong-json/config.json"), "{\"vocab_size\": ");
    reasons.put("wrong-json", "config.json is not JSON, or cut off");

    // The tokenizers' library would end the process: it panics in the first text.
    ModelFolder.copy("tiny-bert-embed", models.resolve("unexplained-tokens"));
    Path tokenizer = models.resolve("unexplained-tokens/tokenizer.json");
    ObjectNode unexplained = (ObjectNode) JSON.readTree(tokenizer.toFile());
    unexplained.withObject("/post_processor").putObject("special_tokens");
    Files.writeString(tokenizer, unexplained.toString());
    reasons.put("unexplained-tokens", "tokenizer.json is damaged: the post_processor puts");

    ofNumbers("images-of-any-size", models.resolve("with-example"), IMAGES);
    ofNumbers(
        "images-of-any-size",
        models.resolve("without-example"),
        IMAGES.replace(", \"example\": [1, 8, 8]", ""));
    reasons.put("without-example", "\"example\" in signature.json says which it takes");

    // Of an ext4 volume.
    Files.createDirectories(models.resolve("lost+found"));

    ModelFolder.copy("faulty", models.resolve("other-vocabulary"), "tokenizer.json");
    ModelFolder.copyFile("tiny-bert-embed/tokenizer.json", models.resolve("other-vocabulary"));
    reasons.put("other-vocabulary", "tokenizer.json has token ids up to 419, the model's vocab");

    ModelFolder.copy("faulty", models.resolve("other-inputs"), "model.pt");
    ModelFolder.copyFile("tiny-vit/model.pt", models.resolve("other-inputs"));
    reasons.put("other-inputs", "the model takes an input \"pixel_values\"; a model with a token");

    ofNumbers("one-row", models.resolve("wrong-row-count"), NUMBERS);
    reasons.put("wrong-row-count", "32 rows went into the model, an output has the shape [1, 3]");

    ofNumbers("not-finite", models.resolve("not-finite"), NUMBERS);
    reasons.put("not-finite", "the model's output in warm-up is not finite");

    ModelFolder.copy("tiny-vit", models.resolve("twice.a"));
    ModelFolder.copy("tiny-vit", models.resolve("twice_a"));
    reasons.put("twice.a", "the folders twice.a and twice_a differ only in case and punctuation");
    reasons.put("twice_a", "the folders twice.a and twice_a differ only in case and punctuation");

    try (FerryProcess ferry =
        FerryLaunch.models(models).with("ferry.models.default", "good").startListening()) {
      Eventually.within(
          Eventually.MODEL_LOADS, "started", () -> ferry.health("started").statusCode() == 200);
      Map<String, String> given = reasons(ferry);

      assertEquals(reasons.keySet(), given.keySet());
      reasons.forEach(
          (name, reason) -> assertTrue(given.get(name).contains(reason), name + ": " + given));
      for (String name : reasons.keySet()) {
        String series = "ferry_model_state{model=\"" + name + "\",state=\"Unavailable\"}";
        assertEquals(1, ferry.series(series), series);
      }
      assertEquals(200, ferry.process("{\"input\": \"a\"}").statusCode());
      assertEquals(503, ferry.process("{\"input\": \"a\", \"model\": \"empty\"}").statusCode());
      assertEquals(200, ferry.health("live").statusCode());
      assertEquals(200, ferry.health("started").statusCode());
      String health = ferry.health("ready").body();
      given.keySet().forEach(name -> assertTrue(health.contains("\"" + name + "\""), health));
    }
  }

  @Test
  void aDefaultThatIsNotThereIsTold(@TempDir Path models) throws Exception {
    ModelFolder.copy("tiny-vit", models.resolve("vit"));
    try (FerryProcess ferry =
        FerryLaunch.models(models).with("ferry.models.default", "vti").startListening()) {
      Eventually.within(
          Eventually.MODEL_LOADS, "started", () -> ferry.health("started").statusCode() == 200);
      HttpResponse<String> ready = ferry.health("ready");
      assertEquals(503, ready.statusCode());
      assertTrue(
          ready
              .body()
              .contains("\"vti\": \"there is no such model; ferry.models.default names it\""),
          ready::body);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void noPlaceForTheLibrariesOfPyTorchIsSaid() throws Exception {
    ModelFolder.copy("tiny-vit", models.resolve("unlucky"), "model.onnx");
    ModelFolder.copy("tiny-tabular", models.resolve("good"), "model.pt");

    try (FerryProcess ferry =
        FerryLaunch.models(models)
            .with("ferry.models.default", "good")
            // Nobody, not even root, can write there.
            .withEnvironment("DJL_CACHE_DIR", "/proc/none")
            .startListening()) {
      Eventually.within(
          Eventually.MODEL_LOADS, "started", () -> ferry.health("started").statusCode() == 200);
      String reason = reasons(ferry).getOrDefault("unlucky", "");

      assertTrue(reason.startsWith("the PyTorch engine does not start on cpu"), reason);
      assertTrue(reason.endsWith("must be writable and have 500 MB left"), reason);
      assertFalse(reason.contains("/proc/none"), reason);
      assertEquals(
          200,
          ferry
              .process(
                  "{\"input\": {\"numbers\": [1, 2, 3, 4], \"codes\": [1, 1], \"member\": [true]}}")
              .statusCode());
    }
  }

  private static void ofNumbers(String onnx, Path folder, String signature) throws IOException {
    Files.createDirectories(folder);
    Files.copy(
        Path.of("src", "test", "resources", "onnx", onnx + ".onnx"), folder.resolve("model.onnx"));
    Files.writeString(folder.resolve("signature.json"), signature);
  }

  private static void cutOff(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
  }

  private static Map<String, String> reasons(FerryProcess ferry) throws IOException {
    Map<String, String> reasons = new TreeMap<>();
    for (JsonNode model : JSON.readTree(ferry.get("/v2/models").body()).path("models")) {
      for (JsonNode version : model.path("versions")) {
        if (version.path("state").asText().equals("Unavailable")) {
          reasons.put(model.path("name").asText(), version.path("reason").asText());
        }
      }
    }
    return reasons;
  }
}
