package io.ferry.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.MaxWait;
import io.ferry.engine.folder.FolderOptions;
import io.ferry.engine.simulated.SimulatedCost;
import io.ferry.model.DeploymentSettings;
import io.ferry.model.RequestLimits;
import io.ferry.model.WarmupPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {

  @TempDir private static Path scratch;

  private static final List<String> MODELS = List.of("simulated", "language-id");

  private static Settings read(String... keysAndValues) {
    Map<String, String> written = new java.util.HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      written.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return SettingsReader.read(written, directory -> MODELS);
  }

  private static String messageOf(String... keysAndValues) {
    String message =
        String.valueOf(
            assertThrows(InvalidSettingException.class, () -> read(keysAndValues)).getMessage());
    assertFalse(message.contains("\n"), "more than a line: " + message);
    return message;
  }

  @Test
  void hasADefaultForEverything() {
    Settings settings = read();
    Settings.Model model =
        new Settings.Model(
            new DeploymentSettings(
                new BatchPolicy(32, 16384, Duration.ZERO, 1024),
                new RequestLimits(256, 100_000, Duration.ofSeconds(30)),
                new WarmupPlan(Duration.ofSeconds(10), List.of(), List.of())),
            FolderOptions.AUTO);
    assertEquals(
        new Settings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of("auto"),
            1,
            false,
            Duration.ofSeconds(30),
            8081,
            10 << 20,
            new Settings.Shutdown(Duration.ofSeconds(5), Duration.ofSeconds(30)),
            new SimulatedCost(Duration.ofNanos(3_500_000), Duration.ofNanos(20_000), Duration.ZERO),
            Map.of("simulated", model, "language-id", model),
            model),
        settings);
  }

  @Test
  void takesEveryKeyAsAPropertyAndAsAVariable() {
    for (Key key : Key.values()) {
      String variable = Key.canonical(key.property());
      Settings asProperty = read(key.property(), other(key));
      assertEquals(asProperty, read(variable, other(key)));
      assertFalse(asProperty.equals(read()), key + " is read but not used");
    }
  }

  /** Its content does not matter before a model needs it. */
  private static String libtorch() {
    try {
      Files.write(scratch.resolve("libtorch_cpu.so"), new byte[0]);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
    return scratch.toString();
  }

  @Test
  void aFolderWithoutALibtorchIsRefused() {
    String refused = messageOf("ferry.aotinductor.libtorch", "src");
    assertTrue(refused.contains("a folder that has libtorch_cpu.so"), refused);
  }

  /** A value that is allowed and not the default. */
  private static String other(Key key) {
    return switch (key) {
      case DEVICE -> "cpu";
      case MODELS_DIRECTORY, MODELS_DEFAULT -> "models";
      case AOTINDUCTOR_LIBTORCH -> libtorch();
      case ADMIN_ENABLED -> "true";
      case BATCHING_LENGTH_AWARE -> "false";
      case TASK -> "tensors";
      case POOLING -> "last";
      case ENGINE -> "pytorch";
      case WARMUP_SIZES, WARMUP_LENGTHS -> "1,8";
      case LIMITS_MAX_BODY -> "1M";
      case DEVICE_LANES, BATCHING_MAX_SIZE, BATCHING_MAX_TOKENS, LIMITS_MAX_ROWS, LIMITS_MAX_TEXT ->
          "8";
      case QUEUE_CAPACITY -> "512";
      case GRPC_PORT -> "9999";
      case MODELS_POLL_INTERVAL,
          WARMUP_BUDGET,
          DEVICE_STALL_AFTER,
          BATCHING_MAX_WAIT,
          REQUEST_TIMEOUT,
          SHUTDOWN_GRACE,
          SHUTDOWN_DRAIN,
          SIMULATED_FIXED,
          SIMULATED_PER_ROW,
          SIMULATED_PER_TOKEN ->
          "7ms";
    };
  }

  // ---- names

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quarkus.http.port",
        "PATH",
        "FERRYMAN",
        "ferryman.batching",
        "my.ferry.device",
        "FERRY_SERVICE_HOST",
        "FERRY_SERVICE_PORT",
        "FERRY_SERVICE_PORT_HTTP",
        "FERRY_PORT",
        "FERRY_PORT_8080_TCP_ADDR"
      })
  void passesOverWhatIsNotItsOwn(String name) {
    assertEquals(read(), read(name, "tcp://10.0.0.1:8080"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ferry.batching.maxsize",
        "ferry.batching.max-sise",
        "ferry.batch.max-size",
        "ferry.batching",
        "ferry.service.host",
        "ferry.port",
        "ferry.models.directories",
        "FERRY_BATCHING_MAXSIZE",
        "FERRY_SERVER_HOST",
        "FERRY_",
        "ferry.device.extra"
      })
  void stopsAtAKeyThatItDoesNotKnow(String name) {
    String message = messageOf(name, "64");
    assertTrue(message.startsWith(name + " (\"64\") is no key of Ferry; there are "), message);
    for (Key key : Key.values()) {
      assertTrue(message.contains(key.property()), message);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ferry.model.\"language-id\".batching.max-size",
        "ferry.model.language-id.batching.max-size",
        "FERRY_MODEL__LANGUAGE_ID__BATCHING_MAX_SIZE",
        "FERRY_MODEL_LANGUAGE_ID_BATCHING_MAX_SIZE",
        "FERRY_MODEL_LANGUAGE_ID__BATCHING_MAX_SIZE"
      })
  void setsAKeyForOneModelInEverySpelling(String name) {
    Settings settings = read(name, "4");
    assertEquals(4, settings.model("language-id").deployment().policy().maxSize());
    assertEquals(32, settings.model("simulated").deployment().policy().maxSize());
  }

  @Test
  void aFolderOfModelsThatCannotBeReadIsNamed() {
    InvalidSettingException refused =
        assertThrows(
            InvalidSettingException.class,
            () ->
                SettingsReader.read(
                    Map.of("FERRY_MODELS_DIRECTORY", "/nowhere"),
                    directory -> {
                      throw new IOException("no such folder");
                    }));
    assertEquals(
        "FERRY_MODELS_DIRECTORY is \"/nowhere\"; allowed is a folder of model folders that can be read",
        refused.getMessage());
  }

  @Test
  void namesOfModelsAreLookedUpInTheFolder() {
    Settings settings =
        SettingsReader.read(
            Map.of("ferry.models.directory", "/models", "ferry.model.\"a\".task", "rerank"),
            directory -> List.of(directory.orElseThrow().getFileName() + "/a", "a"));
    assertEquals(Set.of("models/a", "a"), settings.models().keySet());
    assertEquals(Optional.of("rerank"), settings.model("a").folder().task());
    assertEquals(Optional.empty(), settings.model("of later").folder().task());
  }

  @Test
  void takesEveryKeyThatAModelMayHaveForThatModelAlone() {
    for (Key key : Key.values()) {
      String property = key.property("language-id");
      if (key.scope() == Key.Scope.MODEL) {
        Settings forOne = read(property, other(key));
        Settings forAll = read(key.property(), other(key));
        assertEquals(forAll.model("language-id"), forOne.model("language-id"));
        assertEquals(read().model("simulated"), forOne.model("simulated"));
      } else {
        assertTrue(
            messageOf(property, other(key)).startsWith(property + " (\"" + other(key) + "\")"));
      }
    }
  }

  @Test
  void aModelsOwnKeyCountsMoreThanTheOneForAll() {
    Settings settings =
        read(
            "ferry.batching.max-size", "16",
            "ferry.model.\"language-id\".batching.max-size", "4");
    assertEquals(4, settings.model("language-id").deployment().policy().maxSize());
    assertEquals(16, settings.model("simulated").deployment().policy().maxSize());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ferry.model.\"languageid\".batching.max-size",
        "ferry.model.\"language-id\".batching.maxsize",
        "ferry.model.\"language-id\"",
        "FERRY_MODEL_OTHER_BATCHING_MAX_SIZE",
        "ferry.model.batching.max-size"
      })
  void stopsAtAModelOrAModelsKeyThatItDoesNotKnow(String name) {
    assertEquals(
        name
            + " (\"4\") names no key of a model; allowed is ferry.model.\"NAME\".KEY with a NAME of"
            + " [simulated, language-id] and a KEY of task, pooling, engine, warmup.budget,"
            + " warmup.sizes, warmup.lengths, batching.max-size, batching.max-wait,"
            + " batching.length-aware, batching.max-tokens, queue.capacity, request.timeout,"
            + " limits.max-rows, limits.max-text",
        messageOf(name, "4"));
  }

  @Test
  void aModelThatComesLaterHasTheSettingsOfAll() {
    assertEquals(
        4, read("ferry.batching.max-size", "4").model("other").deployment().policy().maxSize());
  }

  // ---- values

  @Test
  void aWaitIsADurationOrAuto() {
    assertEquals(
        new MaxWait.Fixed(Duration.ofMillis(2)),
        policy("ferry.batching.max-wait", "2ms").maxWait());
    assertEquals(new MaxWait.Auto(), policy("ferry.batching.max-wait", "auto").maxWait());
  }

  @Test
  void batchesAreChosenByLengthUnlessThatIsNotWanted() {
    assertTrue(policy("ferry.batching.max-size", "4").byLength());
    assertFalse(policy("ferry.batching.length-aware", "false").byLength());
  }

  private static BatchPolicy policy(String key, String value) {
    return read(key, value).model("language-id").deployment().policy();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ferry.device                | tpu      | auto, simulated, or a list of cpu and gpu:N, such as gpu:0,gpu:1
          FERRY_DEVICE                | tpu      | auto, simulated, or a list of cpu and gpu:N, such as gpu:0,gpu:1
          ferry.device.stall-after    | 0s       | a duration from 1ms to 3600s, such as 20us, 3.5ms or 5s
          ferry.batching.max-size     | 0        | a whole number from 1 to 1000000
          FERRY_BATCHING_MAX_SIZE     | many     | a whole number from 1 to 1000000
          ferry.batching.max-size     | 1000001  | a whole number from 1 to 1000000
          ferry.batching.max-wait     | 61s      | auto or a duration from 0s to 60s, such as 20us, 3.5ms or 5s
          ferry.batching.max-wait     | 10       | auto or a duration from 0s to 60s, such as 20us, 3.5ms or 5s
          ferry.batching.max-tokens   | 0        | a whole number from 1 to 100000000
          ferry.queue.capacity        | 0        | a whole number from 1 to 1000000
          ferry.request.timeout       | 0ms      | a duration from 1ms to 3600s, such as 20us, 3.5ms or 5s
          ferry.limits.max-body       | 2G       | a size from 1 to 1G, such as 500K or 10M
          ferry.limits.max-rows       | -1       | a whole number from 1 to 1000000
          ferry.limits.max-text       | 1e5      | a whole number from 1 to 100000000
          ferry.shutdown.grace        | 2h       | a duration from 0s to 3600s, such as 20us, 3.5ms or 5s
          ferry.shutdown.drain        | 0s       | a duration from 1ms to 3600s, such as 20us, 3.5ms or 5s
          ferry.simulated.fixed       | -1ms     | a duration from 0s to 3600s, such as 20us, 3.5ms or 5s
          ferry.simulated.per-row     | 20       | a duration from 0s to 3600s, such as 20us, 3.5ms or 5s
          ferry.simulated.per-token   | x        | a duration from 0s to 3600s, such as 20us, 3.5ms or 5s
          ferry.model."simulated".request.timeout | 9h | a duration from 1ms to 3600s, such as 20us, 3.5ms or 5s
          """)
  void aValueThatCannotBeStopsTheStartWithOneLine(String key, String value, String allowed) {
    assertEquals(key + " is \"" + value + "\"; allowed is " + allowed, messageOf(key, value));
  }

  @Test
  void aListThatCouldNeverFitTheQueueIsRefusedAtStart() {
    assertEquals(
        "ferry.limits.max-rows is \"65\"; allowed is at most 64, the rows that may wait"
            + " (FERRY_QUEUE_CAPACITY)",
        messageOf("ferry.limits.max-rows", "65", "FERRY_QUEUE_CAPACITY", "64"));
    assertEquals(
        64,
        read("ferry.limits.max-rows", "64", "FERRY_QUEUE_CAPACITY", "64")
            .model("language-id")
            .deployment()
            .limits()
            .maxRows());
  }

  @Test
  void aModelMayWaitLessThanTheServerButNotLonger() {
    assertEquals(
        "ferry.model.\"simulated\".request.timeout is \"31s\"; allowed is at most 30s, the timeout of"
            + " all models (ferry.request.timeout)",
        messageOf("ferry.model.\"simulated\".request.timeout", "31s"));
    assertEquals(
        Duration.ofSeconds(31),
        read(
                "ferry.model.\"simulated\".request.timeout", "31s",
                "FERRY_REQUEST_TIMEOUT", "32s")
            .model("simulated")
            .deployment()
            .limits()
            .timeout());
  }

  @Test
  void aDefaultThatDoesNotFitTheQueueIsNamedToo() {
    assertEquals(
        "ferry.limits.max-rows is \"256\"; allowed is at most 64, the rows that may wait"
            + " (ferry.queue.capacity)",
        messageOf("ferry.queue.capacity", "64"));
  }

  @Test
  void oneModelsQueueMayBeTooSmallForItsLists() {
    assertEquals(
        "ferry.limits.max-rows is \"256\"; allowed is at most 9, the rows that may wait"
            + " (FERRY_MODEL__LANGUAGE_ID__QUEUE_CAPACITY)",
        messageOf("FERRY_MODEL__LANGUAGE_ID__QUEUE_CAPACITY", "9"));
  }
}
