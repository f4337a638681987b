package io.ferry.config;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.MaxWait;
import io.ferry.engine.folder.FolderOptions;
import io.ferry.engine.simulated.SimulatedCost;
import io.ferry.model.DeploymentSettings;
import io.ferry.model.RequestLimits;
import io.ferry.model.WarmupPlan;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes {@link Settings} of what is written in files, system properties and the environment. Names
 * are compared in their canonical form, so {@code ferry.model."language-id".batching.max-size} and
 * {@code FERRY_MODEL__LANGUAGE_ID__BATCHING_MAX_SIZE} are one key. A name that is none of Ferry's
 * stops the start: a misspelt key that is ignored costs a night.
 */
public final class SettingsReader {

  private static final String FERRY = "FERRY_";
  private static final String MODEL = "FERRY_MODEL_";

  /** What Kubernetes puts into the environment of every pod beside a Service named ferry. */
  private static final List<String> KUBERNETES = List.of("FERRY_SERVICE_", "FERRY_PORT");

  private static final int MOST_TOKENS = 100_000_000;
  private static final int MOST_LANES = 64;
  static final long MOST_BODY = 1L << 30;
  private static final int MOST_TEXT = 100_000_000;
  private static final Duration NONE = Duration.ZERO;
  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Duration MOST_WAIT = Duration.ofSeconds(60);
  private static final Duration MOST_TIME = Duration.ofHours(1);

  private final Map<Key, Setting> server = new EnumMap<>(Key.class);
  private final Map<String, Map<Key, Setting>> perModel = new HashMap<>();

  private SettingsReader() {}

  /**
   * Reads and checks everything.
   *
   * @param written name and value of everything configured, whosever it is; of two spellings of one
   *     key the later counts
   * @param names finds the names of the models in {@code ferry.models.directory}, or those that are
   *     served without one
   * @throws InvalidSettingException for the first setting that cannot be
   */
  public static Settings read(Map<String, String> written, ModelNames names) {
    SettingsReader reader = new SettingsReader();
    written.forEach(
        (name, value) -> {
          if (Key.canonical(name).equals(Key.canonical(Key.MODELS_DIRECTORY.property()))) {
            reader.server.put(Key.MODELS_DIRECTORY, new Setting(name, value));
          }
        });
    Setting directory = reader.get(Key.MODELS_DIRECTORY);
    List<String> modelNames;
    try {
      modelNames = names.in(directory.text().map(Path::of));
    } catch (IOException | InvalidPathException unreadable) {
      throw directory.invalid("a folder of model folders that can be read");
    }
    written.forEach((name, value) -> reader.sort(name, value, modelNames));
    return reader.settings(modelNames);
  }

  /** Where the names of models come from. */
  @FunctionalInterface
  public interface ModelNames {
    /**
     * The names.
     *
     * @param directory {@code ferry.models.directory}, if it is set
     * @throws IOException if it is no folder that can be read
     */
    List<String> in(Optional<Path> directory) throws IOException;
  }

  private void sort(String name, String value, List<String> modelNames) {
    String canonical = Key.canonical(name);
    boolean environment = canonical.equals(name);
    if (!canonical.startsWith(FERRY)
        || (environment && KUBERNETES.stream().anyMatch(canonical::startsWith))) {
      return;
    }
    Optional<Key> key = known(canonical);
    if (key.isPresent()) {
      server.put(key.get(), new Setting(name, value));
    } else if (canonical.startsWith(MODEL)) {
      sortForModel(name, canonical, value, modelNames);
    } else {
      throw new InvalidSettingException(
          "%s (\"%s\") is no key of Ferry; there are %s".formatted(name, value, properties()));
    }
  }

  private void sortForModel(String name, String canonical, String value, List<String> modelNames) {
    for (String model : modelNames) {
      for (Key key : Key.values()) {
        if (key.scope() == Key.Scope.MODEL
            && squeezed(canonical).equals(squeezed(Key.canonical(key.property(model))))) {
          perModel
              .computeIfAbsent(model, it -> new EnumMap<>(Key.class))
              .put(key, new Setting(name, value));
          return;
        }
      }
    }
    throw new InvalidSettingException(
        "%s (\"%s\") names no key of a model; allowed is ferry.model.\"NAME\".KEY with a NAME of %s and a KEY of %s"
            .formatted(name, value, modelNames, modelKeys()));
  }

  /** Quotation marks around a model's name are optional. */
  private static String squeezed(String canonical) {
    return canonical.replace("__", "_");
  }

  private static Optional<Key> known(String canonical) {
    return Stream.of(Key.values())
        .filter(key -> Key.canonical(key.property()).equals(canonical))
        .findFirst();
  }

  private static String properties() {
    return Stream.of(Key.values()).map(Key::property).collect(Collectors.joining(", "));
  }

  private static String modelKeys() {
    return Stream.of(Key.values())
        .filter(key -> key.scope() == Key.Scope.MODEL)
        .map(key -> key.property().substring("ferry.".length()))
        .collect(Collectors.joining(", "));
  }

  private Settings settings(List<String> modelNames) {
    return new Settings(
        get(Key.MODELS_DIRECTORY).text().map(Path::of),
        get(Key.MODELS_DEFAULT).text(),
        get(Key.MODELS_POLL_INTERVAL).durationOrOff(LEAST, MOST_TIME),
        get(Key.AOTINDUCTOR_LIBTORCH).libtorch(),
        get(Key.DEVICE).devices(),
        get(Key.DEVICE_LANES).count(MOST_LANES),
        get(Key.ADMIN_ENABLED).yes(),
        get(Key.DEVICE_STALL_AFTER).duration(LEAST, MOST_TIME),
        get(Key.GRPC_PORT).port(),
        get(Key.LIMITS_MAX_BODY).bytes(MOST_BODY),
        new Settings.Shutdown(
            get(Key.SHUTDOWN_GRACE).duration(NONE, MOST_TIME),
            get(Key.SHUTDOWN_DRAIN).duration(LEAST, MOST_TIME)),
        new SimulatedCost(
            get(Key.SIMULATED_FIXED).duration(NONE, MOST_TIME),
            get(Key.SIMULATED_PER_ROW).duration(NONE, MOST_TIME),
            get(Key.SIMULATED_PER_TOKEN).duration(NONE, MOST_TIME)),
        modelNames.stream().collect(Collectors.toUnmodifiableMap(name -> name, this::model)),
        model(""));
  }

  private Settings.Model model(String name) {
    Setting maxRows = get(Key.LIMITS_MAX_ROWS, name);
    Setting capacity = get(Key.QUEUE_CAPACITY, name);
    BatchPolicy policy =
        new BatchPolicy(
            get(Key.BATCHING_MAX_SIZE, name).count(BatchPolicy.MAX_ROWS),
            get(Key.BATCHING_MAX_TOKENS, name).count(MOST_TOKENS),
            get(Key.BATCHING_MAX_WAIT, name)
                .durationOrAuto(NONE, MOST_WAIT)
                .<MaxWait>map(MaxWait.Fixed::new)
                .orElseGet(MaxWait.Auto::new),
            get(Key.BATCHING_LENGTH_AWARE, name).yes(),
            capacity.count(BatchPolicy.MAX_ROWS));
    Setting timeout = get(Key.REQUEST_TIMEOUT, name);
    RequestLimits limits =
        new RequestLimits(
            maxRows.count(BatchPolicy.MAX_ROWS),
            get(Key.LIMITS_MAX_TEXT, name).count(MOST_TEXT),
            timeout.duration(LEAST, MOST_TIME));
    if (limits.maxRows() > policy.queueCapacity()) {
      throw maxRows.invalid(
          "at most %s, the rows that may wait (%s)".formatted(capacity.value(), capacity.key()));
    }
    Setting serverTimeout = get(Key.REQUEST_TIMEOUT);
    if (limits.timeout().compareTo(serverTimeout.duration(LEAST, MOST_TIME)) > 0) {
      // Connections are kept open for the server's own timeout.
      throw timeout.invalid(
          "at most %s, the timeout of all models (%s)"
              .formatted(serverTimeout.value(), serverTimeout.key()));
    }
    WarmupPlan warmup =
        new WarmupPlan(
            get(Key.WARMUP_BUDGET, name).duration(NONE, MOST_TIME),
            get(Key.WARMUP_SIZES, name).counts(BatchPolicy.MAX_ROWS),
            get(Key.WARMUP_LENGTHS, name).counts(MOST_TOKENS));
    FolderOptions folder =
        new FolderOptions(
            get(Key.TASK, name).wordOrAuto(FolderOptions.TASKS),
            get(Key.POOLING, name).wordOrAuto(FolderOptions.POOLINGS),
            get(Key.ENGINE, name).wordOrAuto(FolderOptions.ENGINES));
    return new Settings.Model(new DeploymentSettings(policy, limits, warmup), folder);
  }

  private Setting get(Key key) {
    return server.getOrDefault(key, new Setting(key.property(), key.defaultValue()));
  }

  private Setting get(Key key, String model) {
    return perModel.getOrDefault(model, Map.of()).getOrDefault(key, get(key));
  }
}
