package io.ferry.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuarkusKeysTest {

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "ferry.request.timeout, 1ms, quarkus.http.idle-timeout, PT2M",
    "ferry.request.timeout, 90s, quarkus.http.idle-timeout, PT2M",
    "ferry.request.timeout, 3600s, quarkus.http.idle-timeout, PT1H30S",
    "ferry.request.timeout, soon, quarkus.http.idle-timeout, PT2M",
    "my.key, some, quarkus.http.idle-timeout, PT2M",
    "ferry.shutdown.grace, 7s, quarkus.shutdown.delay, PT7S",
    "ferry.shutdown.drain, 9s, quarkus.shutdown.timeout, PT9S",
    "ferry.shutdown.drain, soon, quarkus.shutdown.timeout, PT30S"
  })
  void quarkusWaitsAsLongAsFerrySays(String key, String value, String quarkusKey, Duration wait) {
    assertEquals(
        wait.toString(),
        new SmallRyeConfigBuilder()
            .withDefaultValues(Map.of(key, value, quarkusKey, "PT1S"))
            .withInterceptors(new QuarkusKeys())
            .build()
            .getValue(quarkusKey, String.class));
  }
}
