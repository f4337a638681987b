package io.ferry.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.inference.Outcome.Rejection;
import io.ferry.inference.Prediction;
import io.ferry.inference.Timings;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.rest.ErrorReply.ErrorType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorReplyTest {

  private static final Duration SOON = Duration.ofSeconds(3);

  private static Refused refused(Outcome outcome) {
    return new Refused(outcome, OptionalInt.empty());
  }

  private static Outcome rejected(Rejection reason) {
    return new Outcome.Rejected(reason, SOON);
  }

  static Stream<Arguments> outcomes() {
    return Stream.of(
        Arguments.of(rejected(Rejection.QUEUE_FULL), 429, ErrorType.Overloaded),
        Arguments.of(rejected(Rejection.NOT_READY), 503, ErrorType.Unhealthy),
        Arguments.of(rejected(Rejection.UNAVAILABLE), 503, ErrorType.Unhealthy),
        Arguments.of(rejected(Rejection.DRAINING), 503, ErrorType.Unhealthy),
        Arguments.of(new Outcome.Invalid(Flaw.VALIDATION, "why"), 422, ErrorType.Validation),
        Arguments.of(new Outcome.Invalid(Flaw.EMPTY, "why"), 422, ErrorType.Empty),
        Arguments.of(new Outcome.Invalid(Flaw.TOKENIZER, "why"), 422, ErrorType.Tokenizer),
        Arguments.of(new Outcome.UnknownModel("other", List.of("a", "b")), 404, ErrorType.NotFound),
        Arguments.of(new Outcome.Expired(), 504, ErrorType.Timeout),
        Arguments.of(new Outcome.Cancelled(), 499, ErrorType.Timeout),
        Arguments.of(new Outcome.Failed("some-id"), 424, ErrorType.Backend));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void everyOutcomeHasItsStatusAndType(Outcome outcome, int status, ErrorType type) {
    ErrorReply error = ErrorReply.of(refused(outcome));
    assertEquals(status, error.status());
    assertEquals(type, error.type());
    assertFalse(error.message().isBlank());
    boolean triesAgain = outcome instanceof Outcome.Rejected;
    assertEquals(triesAgain ? Optional.of(SOON) : Optional.empty(), error.retryAfter());
  }

  @Test
  void noOutcomeIsForgottenHere() {
    Set<Object> named = new HashSet<>();
    outcomes()
        .map(row -> row.get()[0])
        .forEach(
            outcome -> {
              named.add(outcome.getClass());
              if (outcome instanceof Outcome.Rejected rejected) {
                named.add(rejected.reason());
              } else if (outcome instanceof Outcome.Invalid invalid) {
                named.add(invalid.flaw());
              }
            });
    named.add(Outcome.Completed.class);
    Set<Object> all = new HashSet<>(List.of(Outcome.class.getPermittedSubclasses()));
    all.addAll(List.of(Rejection.values()));
    all.addAll(List.of(Flaw.values()));
    assertEquals(all, named);
  }

  @Test
  void saysWhatACallerCanDo() {
    assertEquals(
        "there is no model \"other\"; served here: a, b",
        ErrorReply.of(refused(new Outcome.UnknownModel("other", List.of("a", "b")))).message());
    assertTrue(ErrorReply.of(refused(new Outcome.Failed("some-id"))).message().endsWith("some-id"));
    assertEquals("why", ErrorReply.of(refused(new Outcome.Invalid(Flaw.EMPTY, "why"))).message());
  }

  @Test
  void namesTheRowAtFault() {
    ErrorReply error =
        ErrorReply.of(
            new Refused(new Outcome.Invalid(Flaw.EMPTY, "the text is empty"), OptionalInt.of(7)));
    assertEquals("input 7: the text is empty", error.message());
    assertEquals(422, error.status());
    ErrorReply rejected =
        ErrorReply.of(new Refused(rejected(Rejection.QUEUE_FULL), OptionalInt.of(0)));
    assertEquals(Optional.of(SOON), rejected.retryAfter());
  }

  @Test
  void aCompletedRowIsNoError() {
    Outcome completed =
        new Outcome.Completed(new Prediction(new float[] {1}), new Timings(1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> ErrorReply.of(refused(completed)));
  }

  @Test
  void becomesAJsonBody() {
    Response response = ErrorReply.badRequest("a \"quoted\" line").response();
    assertEquals(400, response.getStatus());
    assertEquals(MediaType.APPLICATION_JSON_TYPE, response.getMediaType());
    assertEquals(
        "{\"error\":\"a \\\"quoted\\\" line\",\"error_type\":\"Validation\"}",
        new String((byte[]) response.getEntity(), UTF_8));
    assertFalse(response.getHeaders().containsKey(HttpHeaders.RETRY_AFTER));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 999, 1000})
  void retryAfterIsWholeSecondsAndNeverNone(long millis) {
    Response response =
        ErrorReply.of(
                refused(new Outcome.Rejected(Rejection.QUEUE_FULL, Duration.ofMillis(millis))))
            .response();
    assertEquals("1", response.getHeaderString(HttpHeaders.RETRY_AFTER));
  }

  @Test
  void retryAfterIsRoundedUp() {
    Response response =
        ErrorReply.of(refused(new Outcome.Rejected(Rejection.DRAINING, Duration.ofMillis(1001))))
            .response();
    assertEquals("2", response.getHeaderString(HttpHeaders.RETRY_AFTER));
    assertEquals(503, response.getStatus());
  }
}
