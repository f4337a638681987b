package io.ferry.config;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.ConfigProvider;

/** Takes what is configured, from wherever Quarkus reads it, and makes {@link Settings} of it. */
final class ConfiguredSettings {

  private ConfiguredSettings() {}

  /**
   * Reads and checks.
   *
   * @throws ConfigurationException for a setting that cannot be; Quarkus prints its line and exits
   */
  static Settings read(SettingsReader.ModelNames modelNames) {
    try {
      return SettingsReader.read(written(), modelNames);
    } catch (InvalidSettingException invalid) {
      throw new ConfigurationException(invalid.getMessage());
    }
  }

  /** Everything that is written, the source that counts least first. */
  private static Map<String, String> written() {
    SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
    Stream<ConfigValue> properties =
        StreamSupport.stream(config.getPropertyNames().spliterator(), false)
            .map(config::getConfigValue)
            .filter(value -> !EnvConfigSource.NAME.equals(value.getConfigSourceName()));
    // Variables are read here, under their own names: the library leaves out those that fit no key
    // it knows, and a misspelt one must not pass in silence; others it renames, and FERRY_PORT,
    // which Kubernetes sets, would pass for the key ferry.port.
    Stream<ConfigValue> variables = System.getenv().keySet().stream().map(config::getConfigValue);
    Map<String, String> written = new LinkedHashMap<>();
    Stream.concat(properties, variables)
        .filter(value -> value.getValue() != null)
        .sorted(Comparator.comparingInt(ConfigValue::getConfigSourceOrdinal))
        .forEach(value -> written.put(value.getName(), value.getValue()));
    return written;
  }
}
