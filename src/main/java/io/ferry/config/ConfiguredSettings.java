package io.ferry.config;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.ConfigProvider;

/** Takes what is configured, from wherever Quarkus reads it, and makes {@link Settings} of it. */
final class ConfiguredSettings {

  private ConfiguredSettings() {}

  /**
   * Reads and checks.
   *
   * @throws ConfigurationException for a setting that cannot be; Quarkus prints its line and exits
   */
  static Settings read(List<String> modelNames) {
    try {
      return SettingsReader.read(written(), modelNames);
    } catch (InvalidSettingException invalid) {
      throw new ConfigurationException(invalid.getMessage());
    }
  }

  private static Map<String, String> written() {
    SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
    Map<String, String> written = new TreeMap<>();
    for (String name : config.getPropertyNames()) {
      ConfigValue value = config.getConfigValue(name);
      if (value != null
          && value.getValue() != null
          && !EnvConfigSource.NAME.equals(value.getConfigSourceName())) {
        written.put(name, value.getValue());
      }
    }
    // Variables are read here, under their own names: the library leaves out those that fit no key
    // it knows, and a misspelt one must not pass in silence; others it renames, and FERRY_PORT,
    // which Kubernetes sets, would pass for the key ferry.port.
    for (String name : System.getenv().keySet()) {
      ConfigValue value = config.getConfigValue(name);
      if (value != null && value.getValue() != null) {
        written.put(name, value.getValue());
      }
    }
    return written;
  }
}
