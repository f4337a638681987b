package io.ferry.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.AnswerBudget;
import io.ferry.inference.ModelChoice;
import io.ferry.protocol.MalformedException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CallTermsTest {

  private final AnswerBudget answers = new AnswerBudget(100);
  private final List<Handler<AsyncResult<Void>>> atItsEnd = new ArrayList<>();
  private boolean closed;

  private CallTerms terms(Map<String, String> headers) throws MalformedException {
    HttpServerResponse response = proxy(HttpServerResponse.class, (method, given) -> closed);
    RoutingContext exchange =
        proxy(
            RoutingContext.class,
            (method, given) -> method.equals("response") ? response : added(given[0]));
    return CallTerms.of(
        proxy(HttpHeaders.class, (method, given) -> headers.getOrDefault((String) given[0], "")),
        exchange,
        answers);
  }

  @SuppressWarnings("unchecked")
  private int added(Object handler) {
    atItsEnd.add((Handler<AsyncResult<Void>>) handler);
    return atItsEnd.size();
  }

  @FunctionalInterface
  private interface Answering {
    Object to(String method, Object[] given);
  }

  private static <T> T proxy(Class<T> type, Answering answering) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, given) -> answering.to(method.getName(), given)));
  }

  private void ends(Future<Void> how) {
    atItsEnd.forEach(it -> it.handle(how));
  }

  private void assertAllRoomIsFree() {
    assertEquals(Optional.empty(), answers.room().take(100));
  }

  @Test
  void headersAreRead() throws Exception {
    CallTerms terms = terms(Map.of("x-request-timeout-ms", "250", "x-priority", "7"));

    assertEquals(OptionalLong.of(7), terms.headers().priority());
    assertEquals(Optional.of(Duration.ofMillis(250)), terms.tokens(ModelChoice.DEFAULT).timeout());
    assertThrows(MalformedException.class, () -> terms(Map.of("x-priority", "high")));
  }

  @Test
  void theRoomIsFreeWhenTheAnswerIsSent() throws Exception {
    CallTerms terms = terms(Map.of());
    assertEquals(Optional.empty(), terms.room().take(60));

    ends(Future.succeededFuture());
    assertAllRoomIsFree();
    assertFalse(terms.cancellation().cancelled());
  }

  @Test
  void aCallerWhoGoesWantsNoAnswer() throws Exception {
    CallTerms terms = terms(Map.of());
    assertEquals(Optional.empty(), terms.room().take(60));

    ends(Future.failedFuture("closed"));
    assertAllRoomIsFree();
    assertTrue(terms.cancellation().cancelled());
  }

  @Test
  void aCallerWhoHadGoneBeforeTakesNoRoom() throws Exception {
    closed = true;
    CallTerms terms = terms(Map.of());

    assertTrue(terms.cancellation().cancelled());
    assertTrue(terms.room().take(60).isPresent());
    assertAllRoomIsFree();
  }
}
