package io.ferry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ferry.TestModels;
import io.ferry.rest.openinference.WireForm;
import io.ferry.rest.openinference.WireForm.Sent;
import io.ferry.rest.openinference.WireForm.Tensor;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Open Inference Protocol over HTTP, with models whose answers are known. */
class OpenInferenceIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double GOLDEN = 1e-4;
  private static final int MOST_MILLIS_TO_REFUSE = 5_000;

  @TempDir static Path models;

  private static FerryProcess ferry;

  @BeforeAll
  static void start() throws Exception {
    for (String model :
        List.of(
            "tiny-bert-embed",
            "tiny-modernbert-embed",
            "tiny-roberta-classify",
            "tiny-xlmr-rerank",
            "tiny-tabular",
            "tiny-vit")) {
      ModelFolder.copy(model, models.resolve(model));
    }
    ModelFolder.copy("tiny-bert-embed", models.resolve("broken"), "config.json");
    ferry =
        FerryLaunch.models(models)
            .with("ferry.models.default", "tiny-tabular")
            .with("ferry.admin.enabled", "true")
            .startListening();
    Eventually.within(
        Eventually.MODEL_LOADS, "all models", () -> ferry.health("started").statusCode() == 200);
  }

  @AfterAll
  static void stop() {
    ferry.close();
  }

  // ---- asking

  private static HttpResponse<byte[]> infer(String model, Sent sent) {
    return post("/v2/models/" + model + "/infer", sent);
  }

  private static HttpResponse<byte[]> post(String path, Sent sent) {
    return sent.jsonLength() == null
        ? ferry.post(path, sent.body(), "Content-Type", "application/json")
        : ferry.post(
            path,
            sent.body(),
            "Content-Type",
            "application/octet-stream",
            "Inference-Header-Content-Length",
            sent.jsonLength());
  }

  private static Map<String, Tensor> outputs(HttpResponse<byte[]> response) {
    assertEquals(200, response.statusCode(), () -> new String(response.body(), UTF_8));
    Map<String, Tensor> outputs = new TreeMap<>();
    String length = response.headers().firstValue("Inference-Header-Content-Length").orElse(null);
    for (Tensor output : WireForm.outputs(response.body(), length)) {
      outputs.put(output.name(), output);
    }
    return outputs;
  }

  private static JsonNode get(int status, String path) throws IOException {
    HttpResponse<String> response = ferry.get(path);
    assertEquals(status, response.statusCode(), response::body);
    return JSON.readTree(response.body());
  }

  private static List<JsonNode> golden(String model) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode row :
        JSON.readTree(TestModels.FOLDER.resolve(model).resolve("golden.json").toFile())
            .path("rows")) {
      if (!row.has("truncate") && !row.has("dimensions") && !row.has("prompt_name")) {
        rows.add(row);
      }
    }
    assertTrue(rows.size() >= 4, model);
    return rows;
  }

  private static void assertNumbers(JsonNode expected, JsonNode given, int from) {
    List<Double> flat = new ArrayList<>();
    flatten(expected, flat);
    assertTrue(flat.size() <= given.size() - from, given::toString);
    for (int i = 0; i < flat.size(); i++) {
      assertEquals(
          flat.get(i),
          given.path(from + i).asDouble(),
          GOLDEN * Math.max(1, Math.abs(flat.get(i))));
    }
  }

  private static void flatten(JsonNode value, List<Double> into) {
    if (value.isArray()) {
      value.forEach(it -> flatten(it, into));
    } else {
      assertTrue(value.isNumber(), value::toString);
      into.add(value.asDouble());
    }
  }

  /** The request in each form, with outputs in the same. */
  private static List<Sent> forms(List<Tensor> inputs) {
    JsonNode nothing = JSON.createObjectNode();
    JsonNode binary = WireForm.json("{\"parameters\":{\"binary_data_output\":true}}");
    return List.of(
        WireForm.inJson(inputs, nothing),
        WireForm.inBinary(inputs, binary),
        WireForm.mixed(inputs, 1, nothing),
        WireForm.inJson(inputs, binary));
  }

  private static Tensor column(String name, List<JsonNode> texts) {
    return new Tensor(
        name, "BYTES", JSON.createArrayNode().add(texts.size()), JSON.valueToTree(texts));
  }

  private static List<JsonNode> field(List<JsonNode> rows, String field) {
    return rows.stream().map(row -> row.path(field)).toList();
  }

  // ---- numbers

  @ParameterizedTest
  @ValueSource(strings = {"tiny-bert-embed", "tiny-modernbert-embed"})
  void vectorsAreTheOriginals(String model) throws Exception {
    List<JsonNode> rows = golden(model);
    for (Sent sent : forms(List.of(column("text", field(rows, "text"))))) {
      Map<String, Tensor> outputs = outputs(infer(model, sent));

      int width = rows.getFirst().path("output").size();
      assertEquals(
          "[%d,%d]".formatted(rows.size(), width), outputs.get("embedding").shape().toString());
      for (int row = 0; row < rows.size(); row++) {
        assertNumbers(rows.get(row).path("output"), outputs.get("embedding").data(), row * width);
      }
    }
  }

  /** As a client sends them that has a tokenizer of its own: padded, with a mask. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tokensGiveTheSameAsTheirTexts(boolean paddingOnTheRight) throws Exception {
    List<JsonNode> rows = golden("tiny-bert-embed");
    int longest = rows.stream().mapToInt(row -> row.path("token_ids").size()).max().orElseThrow();
    List<Long> ids = new ArrayList<>();
    List<Long> mask = new ArrayList<>();
    List<Long> types = new ArrayList<>();
    for (JsonNode row : rows) {
      int padding = longest - row.path("token_ids").size();
      for (int i = 0; i < longest; i++) {
        int token = paddingOnTheRight ? i : i - padding;
        boolean there = token >= 0 && token < row.path("token_ids").size();
        ids.add(there ? row.path("token_ids").path(token).asLong() : 0);
        types.add(there ? row.path("type_ids").path(token).asLong() : 0);
        mask.add(there ? 1L : 0);
      }
    }
    JsonNode shape = JSON.createArrayNode().add(rows.size()).add(longest);
    List<Tensor> inputs =
        List.of(
            new Tensor("input_ids", "INT64", shape, JSON.valueToTree(ids)),
            new Tensor("attention_mask", "INT64", shape, JSON.valueToTree(mask)),
            new Tensor("token_type_ids", "INT64", shape, JSON.valueToTree(types)));
    for (Sent sent : forms(inputs)) {
      JsonNode vectors = outputs(infer("tiny-bert-embed", sent)).get("embedding").data();
      int width = rows.getFirst().path("output").size();
      for (int row = 0; row < rows.size(); row++) {
        assertNumbers(rows.get(row).path("output"), vectors, row * width);
      }
    }
  }

  @Test
  void labelsAreTheOriginals() throws Exception {
    List<JsonNode> rows =
        golden("tiny-roberta-classify").stream().filter(row -> !row.has("query")).toList();
    List<String> labels = List.of("bad", "fair", "good");
    for (Sent sent : forms(List.of(column("text", field(rows, "text"))))) {
      Map<String, Tensor> outputs = outputs(infer("tiny-roberta-classify", sent));
      for (int row = 0; row < rows.size(); row++) {
        JsonNode golden = rows.get(row);
        String label = outputs.get("label").data().path(row).asText();
        assertNumbers(golden.path("raw"), outputs.get("logits").data(), row * labels.size());
        assertNumbers(golden.path("output").path(label), outputs.get("score").data(), row);
        for (String other : labels) {
          assertTrue(
              golden.path("output").path(other).asDouble()
                  <= golden.path("output").path(label).asDouble());
        }
      }
    }
  }

  @Test
  void classesAreNamed() throws Exception {
    JsonNode row = golden("tiny-roberta-classify").getFirst();
    Sent sent =
        WireForm.inJson(
            List.of(column("text", List.of(row.path("text")))),
            WireForm.json(
                "{\"outputs\":[{\"name\":\"logits\",\"parameters\":{\"classification\":2}}]}"));

    Tensor classes = outputs(infer("tiny-roberta-classify", sent)).get("logits");

    assertEquals("[1,2]", classes.shape().toString());
    String[] best = classes.data().path(0).asText().split(":", -1);
    assertEquals(row.path("raw").path(2).asDouble(), Double.parseDouble(best[0]), GOLDEN);
    assertEquals("2", best[1]);
    assertEquals("good", best[2]);
    assertTrue(classes.data().path(1).asText().endsWith(":1:fair"));
  }

  @Test
  void rankingsAreTheOriginals() throws Exception {
    List<JsonNode> rows = golden("tiny-xlmr-rerank");
    List<Tensor> inputs =
        List.of(column("query", field(rows, "query")), column("text", field(rows, "text")));
    for (Sent sent : forms(inputs)) {
      Map<String, Tensor> outputs = outputs(infer("tiny-xlmr-rerank", sent));
      for (int row = 0; row < rows.size(); row++) {
        assertNumbers(rows.get(row).path("output"), outputs.get("score").data(), row);
        assertNumbers(rows.get(row).path("raw"), outputs.get("logits").data(), row);
      }
    }
  }

  @Test
  void everyInputAndOutputOfATableIsTheOriginals() throws Exception {
    List<JsonNode> rows = golden("tiny-tabular");
    List<Tensor> inputs =
        List.of(
            stacked("numbers", "FP32", rows, 4),
            stacked("codes", "INT64", rows, 2),
            stacked("member", "BOOL", rows, 1));
    for (Sent sent : forms(inputs)) {
      Map<String, Tensor> outputs = outputs(infer("tiny-tabular", sent));
      assertEquals("FP64", outputs.get("shares").datatype());
      assertEquals("[%d]".formatted(rows.size()), outputs.get("choice").shape().toString());
      for (int row = 0; row < rows.size(); row++) {
        JsonNode golden = rows.get(row).path("output");
        assertNumbers(golden.path("price"), outputs.get("price").data(), row);
        assertNumbers(golden.path("shares"), outputs.get("shares").data(), row * 3);
        assertNumbers(golden.path("choice"), outputs.get("choice").data(), row);
      }
    }
  }

  private static Tensor stacked(String name, String datatype, List<JsonNode> rows, int width) {
    return new Tensor(
        name,
        datatype,
        JSON.createArrayNode().add(rows.size()).add(width),
        JSON.valueToTree(rows.stream().map(row -> row.path("inputs").path(name)).toList()));
  }

  @Test
  void picturesAreTheOriginals() throws Exception {
    List<JsonNode> rows = golden("tiny-vit");
    JsonNode shape = WireForm.json("[%d,3,32,32]".formatted(rows.size()));
    Tensor pictures =
        new Tensor(
            "pixel_values",
            "FP32",
            shape,
            JSON.valueToTree(
                rows.stream().map(row -> row.path("inputs").path("pixel_values")).toList()));
    List<Sent> sent = new ArrayList<>(forms(List.of(pictures)));
    // The body is nothing but pixels: how many pictures there are follows from its length.
    sent.add(new Sent(pictures.bytes(), "0"));
    for (Sent form : sent) {
      Tensor logits = outputs(infer("tiny-vit", form)).get("logits");
      for (int row = 0; row < rows.size(); row++) {
        JsonNode golden = rows.get(row).path("output").path("logits");
        assertNumbers(golden, logits.data(), row * (logits.data().size() / rows.size()));
      }
    }
  }

  @Test
  void aBodyWithoutAContentTypeIsTaken() throws Exception {
    JsonNode row = golden("tiny-bert-embed").getFirst();
    byte[] text = row.path("text").asText().getBytes(UTF_8);

    Map<String, Tensor> outputs =
        outputs(
            ferry.post(
                "/v2/models/tiny-bert-embed/infer", text, "Inference-Header-Content-Length", "0"));

    assertNumbers(row.path("output"), outputs.get("embedding").data(), 0);
  }

  // ---- answers

  private static final String TEXT =
      "{\"id\":\"my id\",\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"ferry\"]}]}";

  private static Sent json(String body) {
    return new Sent(body.getBytes(UTF_8), null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/versions/1"})
  void answersNameTheModelItsVersionAndTheRequest(String version) throws Exception {
    HttpResponse<byte[]> response =
        post("/v2/models/tiny-bert-embed" + version + "/infer", json(TEXT));

    JsonNode answer = JSON.readTree(response.body());
    assertEquals(200, response.statusCode(), answer::toString);
    assertEquals("tiny-bert-embed", answer.path("model_name").asText());
    assertEquals("1", answer.path("model_version").asText());
    assertEquals("my id", answer.path("id").asText());
    for (String header :
        List.of("x-queue-time", "x-inference-time", "x-total-time", "x-request-id")) {
      assertTrue(response.headers().firstValue(header).isPresent(), header);
    }
    assertEquals("1", response.headers().firstValue("x-batch-size").orElse(""));
  }

  @Test
  void aTimeoutInMicrosecondsIsHonoured() throws Exception {
    ObjectNode request = (ObjectNode) JSON.readTree(TEXT);
    request.putObject("parameters").put("timeout", 1);

    HttpResponse<byte[]> response = infer("tiny-bert-embed", json(request.toString()));

    assertEquals(504, response.statusCode());
    assertEquals(
        "the deadline passed before the model answered",
        JSON.readTree(response.body()).path("error").asText());
  }

  // ---- what there is to know

  @Test
  void theServerSaysWhatItIs() throws Exception {
    JsonNode server = get(200, "/v2");

    assertEquals("ferry", server.path("name").asText());
    assertFalse(server.path("version").asText().isEmpty());
    assertTrue(server.path("extensions").toString().contains("\"binary_tensor_data\""));
    assertEquals(3, server.size());
    assertEquals("{\"live\":true}", get(200, "/v2/health/live").toString());
    assertEquals("{\"ready\":true}", get(200, "/v2/health/ready").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/versions/1"})
  void aModelSaysWhatItTakes(String version) throws Exception {
    assertEquals(
        """
        {"name":"tiny-tabular","versions":["1"],"platform":"onnxruntime_onnx",\
        "inputs":[{"name":"numbers","datatype":"FP32","shape":[-1,4]},\
        {"name":"codes","datatype":"INT64","shape":[-1,2]},\
        {"name":"member","datatype":"BOOL","shape":[-1,1]}],\
        "outputs":[{"name":"price","datatype":"FP32","shape":[-1,1]},\
        {"name":"shares","datatype":"FP64","shape":[-1,3]},\
        {"name":"choice","datatype":"INT64","shape":[-1]}]}""",
        get(200, "/v2/models/tiny-tabular" + version).toString());
    assertEquals(
        """
        {"name":"tiny-bert-embed","versions":["1"],"platform":"onnxruntime_onnx",\
        "inputs":[{"name":"text","datatype":"BYTES","shape":[-1]}],\
        "outputs":[{"name":"embedding","datatype":"FP32","shape":[-1,32]}]}""",
        get(200, "/v2/models/tiny-bert-embed" + version).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/versions/1"})
  void aModelSaysHowItIsSetUp(String version) throws Exception {
    JsonNode config = get(200, "/v2/models/tiny-vit" + version + "/config");

    assertEquals("tiny-vit", config.path("name").asText());
    assertEquals("onnxruntime_onnx", config.path("platform").asText());
    assertEquals(32, config.path("max_batch_size").asInt());
    assertEquals(
        "[{\"name\":\"pixel_values\",\"data_type\":\"TYPE_FP32\",\"dims\":[3,32,32]}]",
        config.path("input").toString());
    assertEquals(
        "[{\"name\":\"logits\",\"data_type\":\"TYPE_FP32\",\"dims\":[3]}]",
        config.path("output").toString());
    assertEquals(
        """
        {"max_queue_delay_microseconds":0,"priority_levels":10,"default_priority_level":5,\
        "default_queue_policy":{"timeout_action":"REJECT","default_timeout_microseconds":30000000,\
        "allow_timeout_override":true,"max_queue_size":1024}}""",
        config.path("dynamic_batching").toString());
    assertEquals("{\"latest\":{\"num_versions\":1}}", config.path("version_policy").toString());
    assertEquals(
        "[{\"name\":\"text\",\"data_type\":\"TYPE_STRING\",\"dims\":[]}]",
        get(200, "/v2/models/tiny-bert-embed/config").path("input").toString());
  }

  @Test
  void aModelSaysWhetherItServes() throws Exception {
    for (String version : List.of("", "/versions/1")) {
      assertEquals(
          "{\"name\":\"tiny-vit\",\"ready\":true}",
          get(200, "/v2/models/tiny-vit" + version + "/ready").toString());
      assertEquals(
          "{\"name\":\"broken\",\"ready\":false}",
          get(503, "/v2/models/broken" + version + "/ready").toString());
      for (String what : List.of("", "/config")) {
        assertEquals(
            "{\"error\":\"the model cannot serve at present\"}",
            get(503, "/v2/models/broken" + version + what).toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/ready", "/stats", "/config"})
  void whatThereIsNotIsNotFound(String what) throws Exception {
    assertTrue(
        get(404, "/v2/models/nobody" + what)
            .path("error")
            .asText()
            .startsWith("there is no model \"nobody\"; served here: broken, tiny-"));
    assertEquals(
        "{\"error\":\"model \\\"tiny-vit\\\" has no version \\\"7\\\" that serves; served is 1\"}",
        get(404, "/v2/models/tiny-vit/versions/7" + what).toString());
    assertEquals(
        "{\"error\":\"there is nothing at this path\"}",
        get(404, "/v2/models/tiny-vit/version/1" + what).toString());
  }

  @Test
  void askingAboutModelsIsNoInference() throws Exception {
    double before = ferry.metric("ferry_requests_total");
    get(404, "/v2/models/nobody");
    get(503, "/v2/models/broken/ready");
    get(200, "/v2/models/tiny-vit");

    assertEquals(before, ferry.metric("ferry_requests_total"));
  }

  @Test
  void whatAModelDidIsCounted() throws Exception {
    String path = "/v2/models/tiny-modernbert-embed/stats";
    JsonNode before = get(200, path).path("model_stats").path(0);
    ObjectNode two = (ObjectNode) JSON.readTree(TEXT);
    ObjectNode input = (ObjectNode) two.path("inputs").path(0);
    input.putArray("shape").add(2);
    input.putArray("data").add("a").add("b");
    long start = System.currentTimeMillis();

    assertEquals(200, infer("tiny-modernbert-embed", json(TEXT)).statusCode());
    assertEquals(200, infer("tiny-modernbert-embed", json(two.toString())).statusCode());
    assertEquals(400, infer("tiny-modernbert-embed", json(TEXT.replace("ferry", ""))).statusCode());

    JsonNode after = get(200, path).path("model_stats").path(0);
    assertEquals("tiny-modernbert-embed", after.path("name").asText());
    assertEquals("1", after.path("version").asText());
    assertEquals(3, grown(before, after, "/inference_count"));
    long passes = grown(before, after, "/execution_count");
    assertTrue(passes == 2 || passes == 3, "passes: " + passes);
    assertTrue(after.path("last_inference").asLong() >= start - 1_000);
    assertEquals(2, grown(before, after, "/inference_stats/success/count"));
    assertEquals(1, grown(before, after, "/inference_stats/fail/count"));
    assertEquals(2, grown(before, after, "/inference_stats/queue/count"));
    assertEquals(2, grown(before, after, "/inference_stats/compute_infer/count"));
    assertEquals(2, grown(before, after, "/inference_stats/compute_input/count"));
    assertTrue(
        grown(before, after, "/inference_stats/success/ns")
            >= grown(before, after, "/inference_stats/compute_infer/ns"));
    assertTrue(grown(before, after, "/inference_stats/compute_infer/ns") > 0);
    assertTrue(after.path("batch_stats").path(0).path("compute_infer").path("count").asLong() > 0);
    for (String other : List.of("compute_output", "cache_hit", "cache_miss")) {
      assertEquals(0, after.path("inference_stats").path(other).path("count").asLong(-1));
    }
  }

  private static long grown(JsonNode before, JsonNode after, String field) {
    return after.at(field).asLong(-1) - before.at(field).asLong(-1);
  }

  @Test
  void statisticsAreOfAllModelsOrOfOne() throws Exception {
    assertEquals(
        List.of(
            "broken",
            "tiny-bert-embed",
            "tiny-modernbert-embed",
            "tiny-roberta-classify",
            "tiny-tabular",
            "tiny-vit",
            "tiny-xlmr-rerank"),
        get(200, "/v2/models/stats").path("model_stats").findValuesAsText("name"));
    assertEquals(
        "1",
        get(200, "/v2/models/tiny-vit/versions/1/stats")
            .path("model_stats")
            .path(0)
            .path("version")
            .asText());
    // What it did counts, too, of a model that does not serve.
    assertEquals(
        List.of("broken"),
        get(200, "/v2/models/broken/stats").path("model_stats").findValuesAsText("name"));
  }

  // ---- the repository

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          load   | {"parameters":{"config":"{}"}}              | 501 | the parameter "config" of a load: Ferry loads what lies in the model's folder; put it there
          load   | {"parameters":{"file:1/model.onnx":"AAAA"}} | 501 | the parameter "file:1/model.onnx" of a load: Ferry loads what lies
          load   | {"parameters":{"force":true}}               | 400 | unknown parameter "force" of a load; there are none
          load   | {"config":"{}"}                             | 400 | unknown field "config" in the body; there are parameters
          load   | []                                          | 400 | the body must be an object, not a list
          load   | {                                           | 400 | the body is not JSON
          unload | {"parameters":{"unload_dependents":1}}      | 400 | the parameter "unload_dependents" of an unload must be true or false
          unload | {"parameters":{"now":true}}                 | 400 | unknown parameter "now" of an unload; there are unload_dependents
          unload | {"parameters":true}                         | 400 | the parameters of an unload must be an object, not true or false
          """)
  void whatALoadDoesNotTakeIsNamed(String what, String body, int status, String says)
      throws Exception {
    HttpResponse<byte[]> response = post("/v2/repository/models/tiny-vit/" + what, json(body));

    assertError(response, status, says);
    assertEquals(200, ferry.get("/v2/models/tiny-vit/ready").statusCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"ready":1}    | "ready" must be true or false, not the number 1
          {"name":"x"}   | unknown field "name" in the body; there are ready
          "ready"        | the body must be an object, not a text
          {"ready":true} x | the body is not JSON
          """)
  void whatAnIndexDoesNotTakeIsNamed(String body, String says) throws Exception {
    assertError(post("/v2/repository/index", json(body)), 400, says);
  }

  @Test
  void theIndexHoldsAllModelsOrThoseThatServe() throws Exception {
    JsonNode all = JSON.readTree(post("/v2/repository/index", json("")).body());
    JsonNode ready = JSON.readTree(post("/v2/repository/index", json("{\"ready\":true}")).body());

    assertEquals(7, all.size());
    assertEquals(6, ready.size());
    assertEquals("UNAVAILABLE", all.path(0).path("state").asText());
    assertTrue(all.path(0).path("reason").asText().contains("config.json"));
  }

  @Test
  void whatALoadTakesIsTaken() throws Exception {
    String model = "/v2/repository/models/tiny-bert-embed/";
    for (String body : List.of("", "{}", "{\"parameters\":{}}", "{\"parameters\":null}")) {
      HttpResponse<byte[]> response = post(model + "load", json(body));
      assertEquals(200, response.statusCode(), () -> new String(response.body(), UTF_8));
    }
    assertEquals(
        200,
        post(model + "unload", json("{\"parameters\":{\"unload_dependents\":true}}")).statusCode());
    assertEquals(404, ferry.get("/v2/models/tiny-bert-embed").statusCode());
    assertEquals(200, post(model + "load", json("")).statusCode());
    assertEquals(200, ferry.get("/v2/models/tiny-bert-embed/ready").statusCode());
  }

  // ---- mistakes; BadInferTest has them all

  private static void assertError(HttpResponse<byte[]> response, int status, String says)
      throws IOException {
    String body = new String(response.body(), UTF_8);
    assertEquals(status, response.statusCode(), body);
    assertEquals(
        "application/json",
        response.headers().firstValue("Content-Type").orElse("").split(";", -1)[0]);
    JsonNode json = JSON.readTree(body);
    assertEquals(1, json.size(), body);
    assertTrue(json.path("error").asText().contains(says), body);
    assertTrue(response.headers().firstValue("x-request-id").isPresent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          tiny-bert-embed  | ``                       | 400 | the body is empty
          tiny-bert-embed  | {"inputs":[              | 400 | the body is not JSON
          tiny-bert-embed  | {"inputs":[],"inputs":[]} | 400 | Duplicate field 'inputs'
          tiny-bert-embed  | {"inputs":[]}            | 400 | input "text" is missing
          tiny-bert-embed  | {"inputs":[{"name":"text","shape":[0],"datatype":"BYTES","data":[]}]} | 400 | the input is an empty list
          tiny-bert-embed  | {"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":[""]}]} | 400 | the text is empty
          tiny-bert-embed  | {"inputs":[{"name":"text","shape":[2],"datatype":"BYTES","data":["a",""]}]} | 400 | input 1: the text is empty
          tiny-bert-embed  | {"inputs":[{"name":"text","shape":[1],"datatype":"FP32","data":[1]}]} | 400 | input "text" is FP32, the model takes BYTES
          tiny-bert-embed  | {"inputs":[{"name":"input_ids","shape":[1,1],"datatype":"INT64","data":[99999999]}]} | 400 | 99999999 is no token id of this model
          tiny-bert-embed  | {"inputs":[{"name":"input_ids","shape":[1,1],"datatype":"INT64","data":[-1]}]} | 400 | -1 is no token id of this model
          tiny-bert-embed  | {"inputs":[{"name":"input_ids","shape":[1,1],"datatype":"INT64","data":[2]},{"name":"token_type_ids","shape":[1,1],"datatype":"INT64","data":[9]}]} | 400 | 9 is no token type of this model
          tiny-bert-embed  | {"inputs":[{"name":"input_ids","shape":[1,0],"datatype":"INT64","data":[]}]} | 400 | input "input_ids" has the shape [1, 0]; a row has at least one token
          tiny-bert-embed  | {"inputs":[{"name":"input_ids","shape":[268435455,0],"datatype":"INT64","data":[]}]} | 400 | input "input_ids" has the shape [268435455, 0]; a row has at least one token
          tiny-bert-embed  | {"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":["a"]}],"parameters":{"priority":-1}} | 400 | "priority" of the request must be 0 or more
          tiny-bert-embed  | {"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":["a"]}],"parameters":{"sequence_id":1}} | 501 | Ferry keeps nothing from one request to the next
          tiny-tabular     | {"inputs":[{"name":"numbers","shape":[1,4],"datatype":"BF16","data":[1,2,3,4]}]} | 400 | input "numbers" is BF16, which Ferry does not take
          tiny-tabular     | {"inputs":[{"name":"numbers","shape":[1,4],"datatype":"INT16","data":[1,2,3,4]}]} | 400 | input "numbers" is INT16, which Ferry does not take
          tiny-tabular     | {"inputs":[{"name":"numbers","shape":[1,4],"datatype":"UINT64","data":[1,2,3,4]}]} | 400 | input "numbers" is UINT64, which Ferry does not take
          tiny-tabular     | {"inputs":[{"name":"numbers","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}]} | 400 | input "codes" is missing
          tiny-tabular     | {"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":["a"]}]} | 400 | this model takes numbers, not texts
          tiny-vit         | {"inputs":[{"name":"pixel_values","shape":[1,3,2,2],"datatype":"FP32","data":[1,2,3,4,5,6,7,8,9,10,11,12]}]} | 400 | has the shape [1, 3, 2, 2], the model takes [-1, 3, 32, 32]
          tiny-vit         | {"inputs":[{"name":"pixel_values","shape":[-1,3,32,32],"datatype":"FP32","data":[1]}]} | 400 | an axis of a request cannot be negative
          tiny-vit         | {"inputs":[{"name":"pixel_values","shape":[4294967296,4294967296,1,1],"datatype":"FP32","data":[1]}]} | 400 | that is more than 2 GiB
          tiny-xlmr-rerank | {"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":["a"]}]} | 400 | input "query" is missing
          tiny-roberta-classify | {"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","data":["a"]}],"outputs":[{"name":"probs"}]} | 400 | has no output "probs"; it has logits, label, score
          nobody           | {"inputs":[]}            | 404 | there is no model "nobody"
          broken           | {"inputs":[]}            | 503 | the model cannot serve at present
          """)
  void mistakesHaveTheProtocolsForm(String model, String body, int status, String says)
      throws Exception {
    assertError(infer(model, json(body)), status, says);
  }

  @Test
  void tooManyRowsAndTooLongTextsAreRefused() throws Exception {
    String many = "\"a\",".repeat(256) + "\"a\"";
    String request =
        "{\"inputs\":[{\"name\":\"text\",\"shape\":[%d],\"datatype\":\"BYTES\",\"data\":[%s]}]}";

    assertError(
        infer("tiny-bert-embed", json(request.formatted(257, many))),
        400,
        "257 rows, at most 256 are allowed");
    assertError(
        infer("tiny-bert-embed", json(request.formatted(1, "\"" + "a".repeat(100_001) + "\""))),
        400,
        "the text has 100001 characters");
    assertError(
        infer("tiny-bert-embed", json(request.formatted(1, "\"" + "a ".repeat(5_000) + "\""))),
        400,
        "the model takes");
    assertError(
        infer("tiny-bert-embed", json(request.formatted(1, "\"" + "a".repeat(11 << 20) + "\""))),
        413,
        "the body is larger than");
  }

  @Test
  void numbersThatAreNotFiniteAreRefusedInBinary() throws Exception {
    Tensor pictures =
        new Tensor(
            "pixel_values",
            "FP32",
            WireForm.json("[1,3,32,32]"),
            JSON.valueToTree(new float[3 * 32 * 32]));
    byte[] body = pictures.bytes();
    body[2] = (byte) 0x80;
    body[3] = (byte) 0x7f;

    assertError(infer("tiny-vit", new Sent(body, "0")), 400, "a number that is not finite");
  }

  @Test
  void truthInBinaryIsOneOrZero() throws Exception {
    Sent sent =
        WireForm.inBinary(
            WireForm.Tensor.list(
                "numbers FP32 [1,4] [1,2,3,4]; codes INT64 [1,2] [1,2]; member BOOL [1,1] [true]"),
            JSON.createObjectNode());
    sent.body()[sent.body().length - 1] = 2;

    assertError(infer("tiny-tabular", sent), 400, "a truth value that is neither 0 nor 1");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v2/models/tiny-vit/infer, 405, this path takes POST",
    "PUT, /v2/models/tiny-vit/infer, 405, this path takes POST",
    "POST, /v2/models/tiny-vit, 405, this path takes GET",
    "POST, /v2/models/tiny-vit/ready, 405, this path takes GET",
    "DELETE, /v2/health/live, 405, this path takes GET",
    "GET, /v2/models/tiny-vit/nothing, 404, there is nothing at this path",
    "GET, /v2/models/tiny-vit/generate, 501, Ferry generates no text",
    "GET, /v2/nothing, 404, there is nothing at this path"
  })
  void whatTheFrameworkFindsHasTheProtocolsFormToo(
      String method, String path, int status, String says) throws Exception {
    assertError(ferry.send(method, path, BodyPublishers.noBody()), status, says);
  }

  @Test
  void anotherContentTypeIsRefused() throws Exception {
    assertError(
        ferry.post(
            "/v2/models/tiny-bert-embed/infer", TEXT.getBytes(UTF_8), "Content-Type", "text/plain"),
        415,
        "Content-Type");
  }

  /** A body of many small values costs memory for what is there, not for what is said. */
  @Test
  void aLyingShapeIsRefusedSoon() throws Exception {
    long start = System.nanoTime();

    assertError(
        infer(
            "tiny-bert-embed",
            json(
                "{\"inputs\":[{\"name\":\"text\",\"shape\":[2000000000],\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}")),
        400,
        "has 1 values, its shape [2000000000] takes 2000000000");
    assertTrue((System.nanoTime() - start) / 1_000_000 < MOST_MILLIS_TO_REFUSE);
  }
}
