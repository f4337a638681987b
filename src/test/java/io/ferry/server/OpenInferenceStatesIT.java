package io.ferry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Open Inference Protocol says of servers and models that are in no usual state. */
class OpenInferenceStatesIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path models;

  private static JsonNode get(FerryProcess ferry, int status, String path) throws IOException {
    HttpResponse<String> response = ferry.get(path);
    assertEquals(status, response.statusCode(), response::body);
    return JSON.readTree(response.body());
  }

  private static JsonNode infer(FerryProcess ferry, String model, String body) throws IOException {
    HttpResponse<byte[]> response =
        ferry.post(
            "/v2/models/" + model + "/infer",
            body.getBytes(UTF_8),
            "Content-Type",
            "application/json");
    assertEquals(200, response.statusCode(), () -> new String(response.body(), UTF_8));
    return JSON.readTree(response.body()).path("outputs");
  }

  /** Restarting would not mend it, so it is live. */
  @Test
  void aServerWhoseDefaultModelIsBrokenIsLiveAndNotReady() throws Exception {
    ModelFolder.copy("tiny-bert-embed", models.resolve("broken"), "config.json");
    ModelFolder.copy("tiny-electra-regression", models.resolve("well"));
    try (FerryProcess ferry =
        FerryLaunch.models(models).with("ferry.models.default", "broken").startListening()) {
      Eventually.within(SOON, "started", () -> ferry.health("started").statusCode() == 200);

      assertEquals("{\"live\":true}", get(ferry, 200, "/v2/health/live").toString());
      assertEquals("{\"ready\":false}", get(ferry, 503, "/v2/health/ready").toString());
      assertEquals(503, ferry.health("ready").statusCode());
      get(ferry, 200, "/v2/models/well/ready");
    }
  }

  @Test
  void aServerThatShutsDownIsLiveAndNotReadyAndItsModelsServeThroughTheGracePeriod()
      throws Exception {
    try (FerryProcess ferry = FerryLaunch.simulated().with("ferry.shutdown.grace", "5s").start()) {
      get(ferry, 200, "/v2/health/ready");

      ferry.terminate();

      Eventually.within(SOON, "not ready", () -> ferry.get("/v2/health/ready").statusCode() == 503);
      get(ferry, 200, "/v2/health/live");
      get(ferry, 200, "/v2/models/simulated/ready");
      assertEquals(143, ferry.exitCode());
    }
  }

  @Test
  void thePretendAcceleratorTakesTextsAndTokens() throws Exception {
    try (FerryProcess ferry = FerryLaunch.simulated().start()) {
      String inputs =
          "{\"inputs\":[{\"name\":\"%s\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}]}";

      assertEquals(
          "[{\"name\":\"characters\",\"datatype\":\"FP32\",\"shape\":[2,1],\"data\":[5.0,1.0]}]",
          infer(ferry, "simulated", inputs.formatted("text", "[2]", "BYTES", "[\"ferry\",\"😀\"]"))
              .toString());
      assertEquals(
          "[{\"name\":\"characters\",\"datatype\":\"FP32\",\"shape\":[2,1],\"data\":[3.0,3.0]}]",
          infer(
                  ferry,
                  "simulated",
                  inputs.formatted("input_ids", "[2,3]", "INT64", "[[1,2,3],[4,5,6]]"))
              .toString());
      assertEquals(
          "[{\"name\":\"input_ids\",\"datatype\":\"INT64\",\"shape\":[-1,-1]}]",
          get(ferry, 200, "/v2/models/simulated").path("inputs").toString());
    }
  }

  /** ONNX names its outputs, TorchScript does not. */
  @Test
  void outputsThatTheFolderDoesNotNameAreTheFilesOwnOrGoByTheirPlace() throws Exception {
    for (String model : List.of("onnx", "torch")) {
      Path folder = models.resolve(model);
      ModelFolder.copy("tiny-tabular", folder, model.equals("onnx") ? "model.pt" : "model.onnx");
      Path signature = folder.resolve("signature.json");
      ObjectNode without = (ObjectNode) JSON.readTree(signature.toFile());
      without.remove("outputs");
      Files.writeString(signature, without.toString());
    }
    String body =
        """
        {"inputs":[{"name":"numbers","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]},
        {"name":"codes","shape":[1,2],"datatype":"INT64","data":[1,2]},
        {"name":"member","shape":[1,1],"datatype":"BOOL","data":[true]}]%s}""";
    try (FerryProcess ferry =
        FerryLaunch.models(models).with("ferry.models.default", "onnx").start()) {
      List<String> names = List.of("price", "shares", "choice");
      List<String> places = List.of("output_0", "output_1", "output_2");

      assertEquals(
          names, get(ferry, 200, "/v2/models/onnx").path("outputs").findValuesAsText("name"));
      assertEquals(names, infer(ferry, "onnx", body.formatted("")).findValuesAsText("name"));
      assertEquals(
          List.of(), get(ferry, 200, "/v2/models/torch").path("outputs").findValuesAsText("name"));
      assertEquals(places, infer(ferry, "torch", body.formatted("")).findValuesAsText("name"));
      assertEquals(
          List.of("output_2"),
          infer(ferry, "torch", body.formatted(",\"outputs\":[{\"name\":\"output_2\"}]"))
              .findValuesAsText("name"));
    }
  }
}
