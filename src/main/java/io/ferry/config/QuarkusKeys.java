package io.ferry.config;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.time.Duration;

/**
 * Gives Quarkus the periods that follow from Ferry's keys, in the notation that it reads. A value
 * that cannot be read becomes the default here; the start stops at it a moment later, with our own
 * line.
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
      case "quarkus.shutdown.delay" -> iso(name, read(context, Key.SHUTDOWN_GRACE));
      case "quarkus.shutdown.timeout" -> iso(name, read(context, Key.SHUTDOWN_DRAIN));
      case "quarkus.http.idle-timeout" -> iso(name, idle(read(context, Key.REQUEST_TIMEOUT)));
      default -> context.proceed(name);
    };
  }

  /** A connection is idle, too, while its request waits for the answer. */
  private static Duration idle(Duration requestTimeout) {
    Duration needed = requestTimeout.plus(ANSWERING);
    return needed.compareTo(LEAST_IDLE) > 0 ? needed : LEAST_IDLE;
  }

  private static Duration read(ConfigSourceInterceptorContext context, Key key) {
    ConfigValue written = context.proceed(key.property());
    Duration duration =
        new Setting(key.property(), key.defaultValue()).duration(Duration.ZERO, LONGEST);
    if (written != null && written.getValue() != null) {
      try {
        duration = new Setting(key.property(), written.getValue()).duration(Duration.ZERO, LONGEST);
      } catch (InvalidSettingException reportedAtStart) {
        // SettingsReader names the key and the value.
      }
    }
    return duration;
  }

  private static ConfigValue iso(String name, Duration duration) {
    return ConfigValue.builder().withName(name).withValue(duration.toString()).build();
  }
}
