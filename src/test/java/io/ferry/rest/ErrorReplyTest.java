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
import io.ferry.protocol.MalformedException;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorReplyTest {

  private static final Duration SOON = Duration.ofSeconds(3);

  private static ErrorReply reply(Outcome outcome) {
    return ErrorReply.of(new Refused(outcome, OptionalInt.empty()), true);
  }

  private static ErrorReply reply(Outcome outcome, int row, boolean list) {
    return ErrorReply.of(new Refused(outcome, OptionalInt.of(row)), list);
  }

  private static Outcome rejected(Rejection reason) {
    return new Outcome.Rejected(reason, SOON);
  }

  static Stream<Arguments> outcomes() {
    return Stream.of(
        Arguments.of(rejected(Rejection.QUEUE_FULL), 429, ErrorType.Overloaded),
        Arguments.of(rejected(Rejection.TOO_MANY_ANSWERS), 429, ErrorType.Overloaded),
        Arguments.of(rejected(Rejection.DEADLINE), 429, ErrorType.Overloaded),
        Arguments.of(rejected(Rejection.NOT_READY), 503, ErrorType.Unhealthy),
        Arguments.of(rejected(Rejection.UNAVAILABLE), 503, ErrorType.Unhealthy),
        Arguments.of(rejected(Rejection.DRAINING), 503, ErrorType.Unhealthy),
        Arguments.of(new Outcome.Invalid(Flaw.VALIDATION, "why"), 422, ErrorType.Validation),
        Arguments.of(new Outcome.Invalid(Flaw.EMPTY, "why"), 422, ErrorType.Empty),
        Arguments.of(new Outcome.Invalid(Flaw.TOKENIZER, "why"), 422, ErrorType.Tokenizer),
        Arguments.of(new Outcome.Invalid(Flaw.UNSUPPORTED, "why"), 501, ErrorType.Validation),
        Arguments.of(new Outcome.Invalid(Flaw.TASK, "why"), 422, ErrorType.OtherTask),
        Arguments.of(
            new Outcome.UnknownModel("other", List.of("a", "b")), 404, ErrorType.UnknownModel),
        Arguments.of(new Outcome.UnknownVersion("a", "2", "1"), 404, ErrorType.UnknownModel),
        Arguments.of(new Outcome.Expired(), 504, ErrorType.Timeout),
        Arguments.of(new Outcome.Cancelled(), 499, ErrorType.Timeout),
        Arguments.of(new Outcome.ModelNotNamed(List.of("a", "b")), 400, ErrorType.Validation),
        Arguments.of(new Outcome.Failed("some-id"), 424, ErrorType.Backend));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void everyOutcomeHasItsStatusAndType(Outcome outcome, int status, ErrorType type) {
    ErrorReply error = reply(outcome);
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
        reply(new Outcome.UnknownModel("other", List.of("a", "b"))).message());
    assertTrue(reply(new Outcome.Failed("some-id")).message().endsWith("some-id"));
    assertEquals("why", reply(new Outcome.Invalid(Flaw.EMPTY, "why")).message());
  }

  @Test
  void namesTheTextOfAListThatIsAtFault() {
    Outcome empty = new Outcome.Invalid(Flaw.EMPTY, "the text is empty");
    assertEquals("input 7: the text is empty", reply(empty, 7, true).message());
    assertEquals(422, reply(empty, 7, true).status());
    assertTrue(reply(new Outcome.Failed("some-id"), 7, true).message().startsWith("input 7: the"));
    assertEquals("the text is empty", reply(empty, 0, false).message());
  }

  @Test
  void aProtocolHasItsOwnNamesForRows() {
    Outcome empty = new Outcome.Invalid(Flaw.EMPTY, "the text is empty");
    Refused refused = new Refused(empty, OptionalInt.of(7));
    assertEquals(
        "sentence 6: the text is empty",
        ErrorReply.of(refused, row -> "sentence " + (row - 1)).message());
  }

  @Test
  void theTypesInBodiesAreThoseOfTheContract() {
    assertEquals(
        Set.of(
            "Validation",
            "Empty",
            "Tokenizer",
            "Overloaded",
            "Unhealthy",
            "Backend",
            "NotFound",
            "Timeout"),
        Stream.of(ErrorType.values()).map(ErrorType::label).collect(Collectors.toSet()));
  }

  @Test
  void aMistakeInAFieldNamesIt() {
    String field = "n".repeat(500);
    ErrorReply error = ErrorReply.of(new MalformedException(field, "why"));
    assertEquals(400, error.status());
    assertEquals("why", error.message());
    assertEquals(Optional.of("n".repeat(100) + "…"), error.field());
    assertEquals(error.field(), error.withStatus(422).field());
    assertEquals(Optional.empty(), ErrorReply.of(new MalformedException("why")).field());
  }

  @Test
  void namesNoTextWhereTheWholeListFails() {
    Outcome full = rejected(Rejection.QUEUE_FULL);
    assertEquals(reply(full), reply(full, 0, true));
    assertEquals(reply(new Outcome.Expired()), reply(new Outcome.Expired(), 3, true));
  }

  @Test
  void aModelsNameComesBackClippedAndWellFormed() {
    String name = "n".repeat(99) + "👍".repeat(1_000);
    ErrorReply error = reply(new Outcome.UnknownModel(name, List.of("a")));
    assertEquals("there is no model \"" + "n".repeat(99) + "?…\"; served here: a", error.message());
    assertEquals(404, error.response(new ProcessProtocol()).getStatus());
  }

  @Test
  void aModelThatMustBeNamedIsOneOfTheseThere() {
    assertEquals(
        "several models are served here; name one of them: a, b",
        reply(new Outcome.ModelNotNamed(List.of("a", "b"))).message());
    assertEquals(
        "no model is served here at present",
        reply(new Outcome.ModelNotNamed(List.of())).message());
  }

  @Test
  void aCompletedRowIsNoError() {
    Outcome completed = new Outcome.Completed(Prediction.of(1), new Timings(1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> reply(completed));
  }

  @Test
  void becomesAJsonBody() {
    Response response = ErrorReply.badRequest("a \"quoted\" line").response(new ProcessProtocol());
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
        reply(new Outcome.Rejected(Rejection.QUEUE_FULL, Duration.ofMillis(millis)))
            .response(new ProcessProtocol());
    assertEquals("1", response.getHeaderString(HttpHeaders.RETRY_AFTER));
  }

  @Test
  void retryAfterIsRoundedUp() {
    Response response =
        reply(new Outcome.Rejected(Rejection.DRAINING, Duration.ofMillis(1001)))
            .response(new ProcessProtocol());
    assertEquals("2", response.getHeaderString(HttpHeaders.RETRY_AFTER));
    assertEquals(503, response.getStatus());
  }
}
