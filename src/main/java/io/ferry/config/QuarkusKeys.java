package io.ferry.config;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.time.Duration;
import java.util.function.Function;

/**
 * Gives Quarkus what follows from Ferry's keys, in the notation that it reads. A value that cannot
 * be read becomes the default here; the start stops at it a moment later, with our own line.
 */
public final class QuarkusKeys implements ConfigSourceInterceptor {

  private static final long serialVersionUID = 1;
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration LEAST_IDLE = Duration.ofMinutes(2);
  private static final Duration ANSWERING = Duration.ofSeconds(30);

  /** Made by the configuration library. */
  public QuarkusKeys() {}

  @Override
  public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
    return switch (name) {
      case "quarkus.shutdown.delay" -> value(name, read(context, Key.SHUTDOWN_GRACE));
      case "quarkus.shutdown.timeout" -> value(name, read(context, Key.SHUTDOWN_DRAIN));
      case "quarkus.http.idle-timeout" -> value(name, idle(read(context, Key.REQUEST_TIMEOUT)));
      case "quarkus.grpc.server.port" -> value(name, grpcPort(context));
      case "quarkus.grpc.server.max-inbound-message-size" -> value(name, messageSize(context));
      default -> context.proceed(name);
    };
  }

  /** A connection is idle, too, while its request waits for the answer. */
  private static Duration idle(Duration requestTimeout) {
    Duration needed = requestTimeout.plus(ANSWERING);
    return needed.compareTo(LEAST_IDLE) > 0 ? needed : LEAST_IDLE;
  }

  private static int grpcPort(ConfigSourceInterceptorContext context) {
    return read(context, Key.GRPC_PORT, Setting::port);
  }

  private static int messageSize(ConfigSourceInterceptorContext context) {
    return read(context, Key.LIMITS_MAX_BODY, it -> it.bytes(SettingsReader.MOST_BODY));
  }

  private static Duration read(ConfigSourceInterceptorContext context, Key key) {
    return read(context, key, it -> it.duration(Duration.ZERO, LONGEST));
  }

  private static <T> T read(
      ConfigSourceInterceptorContext context, Key key, Function<Setting, T> reading) {
    ConfigValue written = context.proceed(key.property());
    T byDefault = reading.apply(new Setting(key.property(), key.defaultValue()));
    if (written == null || written.getValue() == null) {
      return byDefault;
    }
    try {
      return reading.apply(new Setting(key.property(), written.getValue()));
    } catch (InvalidSettingException reportedAtStart) {
      // SettingsReader names the key and the value.
      return byDefault;
    }
  }

  private static ConfigValue value(String name, Object value) {
    return ConfigValue.builder().withName(name).withValue(value.toString()).build();
  }
}
