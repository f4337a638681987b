package io.ferry.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.smallrye.config.SmallRyeConfigBuilder;
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
    "ferry.shutdown.drain, soon, quarkus.shutdown.timeout, PT30S",
    "ferry.grpc.port, 9999, quarkus.grpc.server.port, 9999",
    "ferry.grpc.port, 0, quarkus.grpc.server.port, 0",
    "ferry.grpc.port, 65536, quarkus.grpc.server.port, 8081",
    "ferry.limits.max-body, 2K, quarkus.grpc.server.max-inbound-message-size, 2048",
    "ferry.limits.max-body, large, quarkus.grpc.server.max-inbound-message-size, 10485760"
  })
  void quarkusDoesAsFerrySays(String key, String value, String quarkusKey, String quarkusValue) {
    assertEquals(
        quarkusValue,
        new SmallRyeConfigBuilder()
            .withDefaultValues(Map.of(key, value, quarkusKey, "PT1S"))
            .withInterceptors(new QuarkusKeys())
            .build()
            .getValue(quarkusKey, String.class));
  }
}
