package io.ferry.config;

import java.util.Locale;

/**
 * Every configuration key of Ferry: its name, its default, and whether a model may have its own.
 */
public enum Key {
  /** The folder of model folders; without one the embedded model is served. */
  MODELS_DIRECTORY("ferry.models.directory", "", Scope.SERVER),
  /** The model that serves where a request names none. */
  MODELS_DEFAULT("ferry.models.default", "", Scope.SERVER),
  /** How often the folder is looked at for changes; {@code off}: never. */
  MODELS_POLL_INTERVAL("ferry.models.poll-interval", "off", Scope.SERVER),

  /** What a model's numbers mean; {@code auto}: what its files say. */
  TASK("ferry.task", "auto", Scope.MODEL),
  /** How one vector is made of the tokens'; {@code auto}: what the model's files say. */
  POOLING("ferry.pooling", "auto", Scope.MODEL),
  /** What runs a model; {@code auto}: what is fastest on the device, of what its files allow. */
  ENGINE("ferry.engine", "auto", Scope.MODEL),

  /**
   * The folder of the libtorch that runs {@code model.pt2}; without one {@code
   * PYTORCH_LIBRARY_PATH}, unless it is the one for {@code model.pt}.
   */
  AOTINDUCTOR_LIBTORCH("ferry.aotinductor.libtorch", "", Scope.SERVER),

  /**
   * Where models run: {@code auto} (all GPUs, else the CPU), {@code cpu}, {@code gpu:N}, several of
   * these, or {@code simulated}.
   */
  DEVICE("ferry.device", "auto", Scope.SERVER),
  /** Forward passes at once on each device. */
  DEVICE_LANES("ferry.device.lanes", "1", Scope.SERVER),
  /** A step of the device's thread that takes longer makes liveness fail. */
  DEVICE_STALL_AFTER("ferry.device.stall-after", "30s", Scope.SERVER),

  /** Device time of a model's first passes, on each lane. */
  WARMUP_BUDGET("ferry.warmup.budget", "10s", Scope.MODEL),
  /** Rows of the batches that are run before a model serves. */
  WARMUP_SIZES("ferry.warmup.sizes", "auto", Scope.MODEL),
  /** Tokens of the rows that are run before a model serves. */
  WARMUP_LENGTHS("ferry.warmup.lengths", "auto", Scope.MODEL),

  /** Rows of a batch at most. */
  BATCHING_MAX_SIZE("ferry.batching.max-size", "32", Scope.MODEL),
  /**
   * How long an idle device waits for company, from the arrival of the oldest row; {@code auto}: as
   * long as it pays.
   */
  BATCHING_MAX_WAIT("ferry.batching.max-wait", "0ms", Scope.MODEL),
  /** Whether rows of like length may leave before others that came earlier. */
  BATCHING_LENGTH_AWARE("ferry.batching.length-aware", "true", Scope.MODEL),
  /** Padded tokens of a batch at most. */
  BATCHING_MAX_TOKENS("ferry.batching.max-tokens", "16384", Scope.MODEL),
  /** Rows that may wait. */
  QUEUE_CAPACITY("ferry.queue.capacity", "1024", Scope.MODEL),

  /** Where gRPC listens. */
  GRPC_PORT("ferry.grpc.port", "8081", Scope.SERVER),

  /** How long a request waits for its answer at most. */
  REQUEST_TIMEOUT("ferry.request.timeout", "30s", Scope.MODEL),
  /** Bytes of a request's body at most. */
  LIMITS_MAX_BODY("ferry.limits.max-body", "10M", Scope.SERVER),
  /** Rows of a request at most. */
  LIMITS_MAX_ROWS("ferry.limits.max-rows", "256", Scope.MODEL),
  /** Characters of a text at most. */
  LIMITS_MAX_TEXT("ferry.limits.max-text", "100000", Scope.MODEL),

  /** Whether models can be loaded and unloaded over HTTP and gRPC. */
  ADMIN_ENABLED("ferry.admin.enabled", "false", Scope.SERVER),

  /** After SIGTERM: how long new requests are still taken, while load balancers notice. */
  SHUTDOWN_GRACE("ferry.shutdown.grace", "5s", Scope.SERVER),
  /** After the grace period: how long accepted requests may take to finish. */
  SHUTDOWN_DRAIN("ferry.shutdown.drain", "30s", Scope.SERVER),

  /** The pretend accelerator: what a pass costs with nothing in it. */
  SIMULATED_FIXED("ferry.simulated.fixed", "3.5ms", Scope.SERVER),
  /** The pretend accelerator: added for each row. */
  SIMULATED_PER_ROW("ferry.simulated.per-row", "20us", Scope.SERVER),
  /** The pretend accelerator: added for each padded token. */
  SIMULATED_PER_TOKEN("ferry.simulated.per-token", "0ms", Scope.SERVER);

  /** For whom a key can be set. */
  public enum Scope {
    /** Once for the server. */
    SERVER,
    /** For all models, and as {@code ferry.model."name".…} for one. */
    MODEL
  }

  private final String property;
  private final String defaultValue;
  private final Scope scope;

  Key(String property, String defaultValue, Scope scope) {
    this.property = property;
    this.defaultValue = defaultValue;
    this.scope = scope;
  }

  /** The name, such as {@code ferry.batching.max-size}. */
  public String property() {
    return property;
  }

  /** The value where none is set, as it would be written. */
  public String defaultValue() {
    return defaultValue;
  }

  /** Whether a model may have its own. */
  public Scope scope() {
    return scope;
  }

  /** The name for one model, such as {@code ferry.model."language-id".batching.max-size}. */
  public String property(String model) {
    return "ferry.model.\"" + model + "\"" + property.substring("ferry".length());
  }

  /**
   * The form in which names are compared: upper case, and an underscore for all that is neither
   * letter nor digit. It is what an environment variable can say.
   */
  static String canonical(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}
