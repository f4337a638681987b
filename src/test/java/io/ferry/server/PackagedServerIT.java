package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The server as it is shipped, with its own model, where it may write to two temporary folders and
 * nowhere else: as in a container with a read-only root file system.
 */
class PackagedServerIT {

  @TempDir private static Path scratch;

  private static FerryProcess ferry;
  private static Path temporaryFiles;
  private static Path workingDirectory;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    // Nobody, not even root, can make a folder below a file.
    Path home = Files.createFile(scratch.resolve("file")).resolve("home");
    temporaryFiles = Files.createDirectory(scratch.resolve("tmp"));
    workingDirectory = Files.createDirectory(scratch.resolve("empty"));
    ferry =
        FerryLaunch.embedded()
            .in(workingDirectory)
            .with("user.home", home.toString())
            .with("java.io.tmpdir", temporaryFiles.toString())
            .with("ferry.shutdown.grace", "0ms")
            .withEnvironment("HOME", home.toString())
            .withEnvironment("DJL_CACHE_DIR", scratch.resolve("cache").toString())
            .withEnvironment("FERRY_MODEL__LANGUAGE_ID__BATCHING_MAX_SIZE", "3")
            .start();
  }

  @AfterAll
  static void stop() {
    ferry.close();
  }

  @Test
  void itAnswersTruly() {
    HttpResponse<String> response =
        ferry.process("{\"input\": \"Wo fährt der Zug nach Bremen ab?\", \"top_k\": 1}");

    assertEquals(200, response.statusCode(), response::body);
    assertTrue(
        response
            .body()
            .startsWith("{\"model\":\"language-id\",\"output\":[{\"label\":\"de\",\"score\":0."),
        response::body);
  }

  @Test
  void aVariableSetsTheBatchSizeOfAModelWithADashInItsName() {
    HttpResponse<String> response = ferry.process("{\"input\": [\"a\", \"b\", \"c\", \"d\"]}");

    assertEquals(200, response.statusCode(), response::body);
    assertEquals("3", response.headers().firstValue("x-batch-size").orElse("none"));
  }

  @Test
  void onlyTheEnginesCacheIsLeftOnDisk() throws IOException {
    try (Stream<Path> files = Files.list(workingDirectory)) {
      assertEquals(0, files.count(), "files where the server was started");
    }
    try (Stream<Path> files = Files.list(temporaryFiles)) {
      assertEquals(
          0,
          files.filter(file -> file.getFileName().toString().startsWith("ferry-")).count(),
          "the unpacked model");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nothing", "/q/nothing", "/index.html"})
  void anUnknownPathGets404InJson(String path) {
    Client client = client();

    HttpResponse<String> response = client.send("GET", path, "");

    assertEquals(404, response.statusCode());
    assertEquals("NotFound", Client.json(response).path("error_type").asText());
  }

  @Test
  void aBodyOverTheLimitGets413() {
    byte[] body = new byte[11 << 20];

    for (var publisher :
        new BodyPublisher[] {
          BodyPublishers.ofByteArray(body),
          BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body))
        }) {
      HttpResponse<String> response = client().post(publisher);

      assertEquals(413, response.statusCode());
      assertEquals("Validation", Client.json(response).path("error_type").asText());
    }
  }

  @Test
  void theApiIsDescribedToBrowsers() {
    assertEquals(200, client().send("GET", "/q/openapi", "").statusCode());
    assertEquals(200, client().send("GET", "/q/swagger-ui/", "").statusCode());
  }

  @Test
  void theLogOfAStartHasNoWarnings() {
    ferry.log().lines().forEach(line -> assertTrue(!line.contains(" WARN "), line));
    ferry.log().lines().forEach(line -> assertTrue(!line.startsWith("WARNING"), line));
  }

  private static Client client() {
    return new Client(URI.create("http://localhost:" + ferry.applicationPort() + "/process"));
  }
}
