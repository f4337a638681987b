package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Models come, change and go while others, and their own callers, are served. */
class LifecycleIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int RELOADS = 200;
  private static final int RELOADS_UNTIL_MEMORY_IS_STEADY = 60;
  private static final int MOST_GROWTH_MEBIBYTES = 40;
  private static final String EMBED = "{\"model\": \"embedder\", \"input\": \"ferry\"}";
  private static final String CLASSIFY = "{\"model\": \"classifier\", \"input\": \"ferry\"}";
  private static final String STEADY = "{\"model\": \"steady\", \"input\": \"ferry\"}";

  @TempDir Path models;

  private FerryLaunch launch() {
    return FerryLaunch.models(models).with("ferry.admin.enabled", "true");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void twoHundredReloadsUnderLoadFailNobodyAndLeaveNoMemoryBehind() throws Exception {
    ModelFolder.copy("tiny-bert-embed", models.resolve("embedder"));
    ModelFolder.copy("tiny-roberta-classify", models.resolve("classifier"), "model.onnx");
    ModelFolder.copy("tiny-electra-regression", models.resolve("steady"));
    try (FerryProcess ferry =
            launch()
                .with("ferry.models.default", "steady")
                .withEnvironment("JAVA_TOOL_OPTIONS", "-Xmx128m")
                .start();
        Callers callers = Callers.begin(ferry, List.of(EMBED, CLASSIFY, STEADY))) {
      long steady = 0;
      for (int i = 0; i < RELOADS; i++) {
        reload(ferry, i % 2 == 0 ? "embedder" : "classifier");
        if (i == RELOADS_UNTIL_MEMORY_IS_STEADY) {
          steady = ferry.residentMebibytes();
        }
      }
      long grown = ferry.residentMebibytes() - steady;

      callers.assertAllServed(RELOADS);
      assertTrue(grown < MOST_GROWTH_MEBIBYTES, () -> "so many MB more: " + grown);
      assertEquals(0, ferry.metric("ferry_inflight_rows"));
    }
  }

  @Test
  void aNewVersionTakesOverAndABrokenOneDoesNot() throws Exception {
    ModelFolder.copy("tiny-mpnet-embed", models.resolve("embedder/1"));
    try (FerryProcess ferry = launch().start();
        Callers callers = Callers.begin(ferry, List.of(EMBED))) {
      assertEquals(Set.of("1 Ready"), states(ferry, "embedder"));

      ModelFolder.copy("tiny-bert-embed", models.resolve("embedder/2"));
      reload(ferry, "embedder");
      assertEquals(Set.of("2 Ready"), states(ferry, "embedder"));

      ModelFolder.copy("tiny-bert-embed", models.resolve("embedder/10"), "config.json");
      HttpResponse<String> refused = ferry.post("/v2/repository/models/embedder/load");
      assertEquals(400, refused.statusCode());
      assertTrue(refused.body().contains("no config.json"), refused.body());
      assertEquals(Set.of("2 Ready", "10 Unavailable"), states(ferry, "embedder"));
      assertTrue(ferry.health("ready").body().contains("no config.json"));
      assertEquals(200, ferry.health("ready").statusCode());

      callers.assertAllServed(2);
      assertEquals(2, callers.differentAnswers(), "answers of the two versions, and no others");
    }
  }

  @Test
  void aFolderThatIsWatchedIsFollowed() throws Exception {
    ModelFolder.copy("tiny-electra-regression", models.resolve("steady"));
    try (FerryProcess ferry =
            launch()
                .with("ferry.models.default", "steady")
                .with("ferry.models.poll-interval", "50ms")
                .start();
        Callers callers = Callers.begin(ferry, List.of(STEADY))) {
      ModelFolder.copy("tiny-bert-embed", models.resolve("embedder"));
      Eventually.within(SOON, "the new model", () -> ferry.process(EMBED).statusCode() == 200);
      String first = output(ferry.process(EMBED));

      delete(models.resolve("embedder"));
      Eventually.within(SOON, "it is gone", () -> ferry.process(EMBED).statusCode() == 404);

      ModelFolder.copy("tiny-mpnet-embed", models.resolve("embedder"));
      Eventually.within(
          SOON,
          "another one",
          () -> {
            HttpResponse<String> answer = ferry.process(EMBED);
            return answer.statusCode() == 200 && !output(answer).equals(first);
          });
      callers.assertAllServed(1);
    }
  }

  @Test
  void whatIsUnloadedIsNotThereUntilItIsLoadedAgain() throws Exception {
    ModelFolder.copy("tiny-bert-embed", models.resolve("embedder"));
    ModelFolder.copy("tiny-electra-regression", models.resolve("steady"));
    try (FerryProcess ferry = launch().start();
        Callers callers = Callers.begin(ferry, List.of(STEADY))) {
      HttpResponse<String> unnamed = ferry.process("{\"input\": \"ferry\"}");
      assertEquals(400, unnamed.statusCode());
      assertTrue(unnamed.body().contains("embedder, steady"), unnamed.body());

      assertEquals(200, ferry.post("/v2/repository/models/embedder/unload").statusCode());
      assertEquals(404, ferry.process(EMBED).statusCode());
      assertEquals(Set.of(), states(ferry, "embedder"));
      assertEquals(404, ferry.post("/v2/repository/models/embedder/unload").statusCode());

      reload(ferry, "embedder");
      assertEquals(200, ferry.process(EMBED).statusCode());
      assertEquals(404, ferry.post("/v2/repository/models/nobody/load").statusCode());
      callers.assertAllServed(1);
    }
  }

  @Test
  void withoutAdministrationNobodyLoadsOrUnloads() throws Exception {
    ModelFolder.copy("tiny-electra-regression", models.resolve("steady"));
    try (FerryProcess ferry = FerryLaunch.models(models).start()) {
      for (String action : List.of("load", "unload")) {
        HttpResponse<String> refused = ferry.post("/v2/repository/models/steady/" + action);
        assertEquals(403, refused.statusCode());
        assertTrue(refused.body().contains("ferry.admin.enabled=true"), refused.body());
      }
      assertEquals(200, ferry.process("{\"input\": \"ferry\"}").statusCode(), "the only model");
    }
  }

  private static void reload(FerryProcess ferry, String model) {
    HttpResponse<String> loaded = ferry.post("/v2/repository/models/" + model + "/load");
    assertEquals(200, loaded.statusCode(), loaded::body);
  }

  private static Set<String> states(FerryProcess ferry, String name) throws IOException {
    Set<String> states = new TreeSet<>();
    for (JsonNode model : JSON.readTree(ferry.get("/v2/models").body()).path("models")) {
      if (model.path("name").asText().equals(name)) {
        for (JsonNode version : model.path("versions")) {
          states.add(version.path("version").asText() + " " + version.path("state").asText());
        }
      }
    }
    return states;
  }

  private static String output(HttpResponse<String> answer) {
    return Client.json(answer).path("output").toString();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
