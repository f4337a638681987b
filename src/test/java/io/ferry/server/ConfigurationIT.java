package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A setting that cannot be ends the start with one line; settings that can be are followed. */
class ConfigurationIT {

  @TempDir private Path scratch;

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ferry.bogus                 | 1         | there are ferry.models.directory
          ferry.batching.max-size     | 0         | a whole number from 1 to
          ferry.batching.max-wait     | 2h        | auto or a duration from 0s to 60s
          ferry.limits.max-rows       | 2000      | at most 1024
          ferry.request.timeout       | -5s       | a duration from 1ms
          ferry.shutdown.grace        | soon      | a duration from 0s
          ferry.device                | gpu:x     | a list of cpu and gpu:N
          ferry.grpc.port             | 65536     | a port from 0 (a free one) to 65535
          ferry.model."nobody".queue.capacity | 9 | [simulated, language-id]
          ferry.model."simulated".device | cpu    | batching.max-size
          """)
  void aSettingThatCannotBeEndsTheStartWithOneLine(String key, String value, String allowed)
      throws IOException, InterruptedException {
    assertRefused(FerryLaunch.simulated().with(key, value), key, value, allowed);
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FERRY_BOGUS                               | 1    | there are ferry.models.directory
          FERRY_QUEUE_CAPACITY                      | lots | a whole number from 1 to
          FERRY_MODEL__SIMULATED__BATCHING_MAX_SIZE | 0    | a whole number from 1 to
          FERRY_MODEL__SIMULATED__NO_SUCH_KEY       | 1    | batching.max-size
          """)
  void soDoesAnEnvironmentVariable(String name, String value, String allowed)
      throws IOException, InterruptedException {
    assertRefused(FerryLaunch.simulated().withEnvironment(name, value), name, value, allowed);
  }

  @Test
  void theEnvironmentSetsKeysOfOneModelAndWhatKubernetesAddsIsLeftAlone()
      throws IOException, InterruptedException {
    try (FerryProcess ferry =
        FerryLaunch.simulated()
            .withEnvironment("FERRY_MODEL__SIMULATED__BATCHING_MAX_SIZE", "2")
            .withEnvironment("FERRY_LIMITS_MAX_ROWS", "4")
            .withEnvironment("FERRY_SERVICE_HOST", "10.0.0.7")
            .withEnvironment("FERRY_SERVICE_PORT_HTTP", "8080")
            .withEnvironment("FERRY_PORT", "tcp://10.0.0.7:8080")
            .withEnvironment("FERRY_PORT_8080_TCP_ADDR", "10.0.0.7")
            .start()) {
      HttpResponse<String> four = ferry.process("{\"input\": [\"a\", \"bc\", \"def\", \"ghij\"]}");
      HttpResponse<String> five = ferry.process("{\"input\": [\"1\", \"2\", \"3\", \"4\", \"5\"]}");

      assertEquals(200, four.statusCode(), four::body);
      assertEquals("{\"model\":\"simulated\",\"output\":[[1.0],[2.0],[3.0],[4.0]]}", four.body());
      assertEquals("2", four.headers().firstValue("x-batch-size").orElse("none"));
      assertEquals(422, five.statusCode(), five::body);
    }
  }

  @Test
  void aPortThatIsTakenEndsTheStart() throws IOException, InterruptedException {
    try (ServerSocket taken = new ServerSocket(0)) {
      FerryLaunch.Ending ending =
          FerryLaunch.simulated()
              .with("ferry.grpc.port", Integer.toString(taken.getLocalPort()))
              .startInVain(scratch);

      String said =
          "gRPC does not listen on port %d (ferry.grpc.port)".formatted(taken.getLocalPort());
      assertNotEquals(0, ending.exitCode());
      assertTrue(ending.errors().contains(said), () -> ending.errors() + ending.output());
    }
  }

  private void assertRefused(FerryLaunch launch, String key, String value, String allowed)
      throws IOException, InterruptedException {
    FerryLaunch.Ending ending = launch.startInVain(scratch);
    List<String> lines = ending.errors().lines().toList();

    assertAll(
        () -> assertNotEquals(0, ending.exitCode(), "exit code"),
        () -> assertEquals(1, lines.size(), ending::errors),
        () -> assertEquals("", ending.output().strip(), "log"),
        () -> assertTrue(lines.getFirst().startsWith(key), lines.getFirst()),
        () -> assertTrue(lines.getFirst().contains("\"" + value + "\""), lines.getFirst()),
        () -> assertTrue(lines.getFirst().contains(allowed), lines.getFirst()));
  }
}
