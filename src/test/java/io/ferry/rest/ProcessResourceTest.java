package io.ferry.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.FakeTime;
import io.ferry.inference.AnswerBudget;
import io.ferry.metrics.FerryMetrics;
import io.ferry.model.ModelRepository;
import io.ferry.pipeline.EncodingTurns;
import io.ferry.pipeline.InferencePipeline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProcessResourceTest {

  private final FakeTime time = new FakeTime();
  private final FerryMetrics listener =
      new FerryMetrics(new SimpleMeterRegistry(), List.of(), time);
  private final InferencePipeline pipeline =
      new InferencePipeline(
          new ModelRepository(Optional.empty()),
          new EncodingTurns(1),
          time,
          time::parker,
          listener);
  private final ProcessResource resource =
      new ProcessResource(
          new InferenceEndpoint(pipeline, listener, new AnswerBudget()), new ProcessProtocol());

  static Stream<Throwable> bugs() {
    return Stream.of(
        new IllegalStateException("as the test says"),
        new OutOfMemoryError("as the test says"),
        new StackOverflowError("as the test says"));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void nothingIsThrownOutOfAResource(Throwable bug) {
    Response response =
        resource.process(
            new ByteArrayInputStream("{\"input\": \"a\"}".getBytes(UTF_8)),
            throwing(HttpHeaders.class, bug),
            throwing(RoutingContext.class, bug));

    assertEquals(500, response.getStatus());
    String body = new String((byte[]) response.getEntity(), UTF_8);
    assertTrue(body.contains("\"error_type\":\"Backend\""), body);
  }

  private static <T> T throwing(Class<T> type, Throwable bug) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw bug;
            }));
  }
}
