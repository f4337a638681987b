package io.ferry.config;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.time.Duration;

/**
 * Gives Quarkus its shutdown periods from Ferry's keys, in the notation that it reads. A value that
 * cannot be read becomes the default here; the start stops at it a moment later, with our own line.
 */
public final class ShutdownKeys implements ConfigSourceInterceptor {

  private static final long serialVersionUID = 1;
  private static final Duration LONGEST = Duration.ofHours(1);

  /** Made by the configuration library. */
  public ShutdownKeys() {}

  @Override
  public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
    return switch (name) {
      case "quarkus.shutdown.delay" -> iso(context, name, Key.SHUTDOWN_GRACE);
      case "quarkus.shutdown.timeout" -> iso(context, name, Key.SHUTDOWN_DRAIN);
      default -> context.proceed(name);
    };
  }

  private static ConfigValue iso(ConfigSourceInterceptorContext context, String name, Key key) {
    ConfigValue written = context.proceed(key.property());
    Duration duration = new Setting(name, key.defaultValue()).duration(Duration.ZERO, LONGEST);
    if (written != null && written.getValue() != null) {
      try {
        duration = new Setting(name, written.getValue()).duration(Duration.ZERO, LONGEST);
      } catch (InvalidSettingException reportedAtStart) {
        // SettingsReader names the key and the value.
      }
    }
    return ConfigValue.builder().withName(name).withValue(duration.toString()).build();
  }
}
