package io.ferry.grpc;

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
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GrpcErrorTest {

  private static Outcome rejected(Rejection reason) {
    return new Outcome.Rejected(reason, Duration.ofMillis(1_200));
  }

  static Stream<Arguments> outcomes() {
    return Stream.of(
        Arguments.of(rejected(Rejection.QUEUE_FULL), Status.Code.RESOURCE_EXHAUSTED),
        Arguments.of(rejected(Rejection.TOO_MANY_ANSWERS), Status.Code.RESOURCE_EXHAUSTED),
        Arguments.of(rejected(Rejection.DEADLINE), Status.Code.RESOURCE_EXHAUSTED),
        Arguments.of(rejected(Rejection.NOT_READY), Status.Code.UNAVAILABLE),
        Arguments.of(rejected(Rejection.UNAVAILABLE), Status.Code.UNAVAILABLE),
        Arguments.of(rejected(Rejection.DRAINING), Status.Code.UNAVAILABLE),
        Arguments.of(new Outcome.Invalid(Flaw.VALIDATION, "why"), Status.Code.INVALID_ARGUMENT),
        Arguments.of(new Outcome.Invalid(Flaw.EMPTY, "why"), Status.Code.INVALID_ARGUMENT),
        Arguments.of(new Outcome.Invalid(Flaw.TOKENIZER, "why"), Status.Code.INVALID_ARGUMENT),
        Arguments.of(new Outcome.Invalid(Flaw.TASK, "why"), Status.Code.INVALID_ARGUMENT),
        Arguments.of(new Outcome.Invalid(Flaw.UNSUPPORTED, "why"), Status.Code.UNIMPLEMENTED),
        Arguments.of(new Outcome.UnknownModel("other", List.of("a")), Status.Code.NOT_FOUND),
        Arguments.of(new Outcome.UnknownVersion("a", "2", "1"), Status.Code.NOT_FOUND),
        Arguments.of(new Outcome.ModelNotNamed(List.of("a", "b")), Status.Code.INVALID_ARGUMENT),
        Arguments.of(new Outcome.ModelNotNamed(List.of()), Status.Code.INVALID_ARGUMENT),
        Arguments.of(new Outcome.Expired(), Status.Code.DEADLINE_EXCEEDED),
        Arguments.of(new Outcome.Cancelled(), Status.Code.CANCELLED),
        Arguments.of(new Outcome.Failed("4711"), Status.Code.INTERNAL));
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void everyOutcomeHasItsCodeAndASentence(Outcome outcome, Status.Code code) {
    GrpcError error = GrpcError.of(outcome);

    assertEquals(code, error.status().getCode());
    assertFalse(String.valueOf(error.status().getDescription()).isBlank());
    assertEquals(outcome instanceof Outcome.Rejected, error.retryAfter().isPresent());
  }

  @Test
  void everyKindOfOutcomeIsInTheTable() {
    Set<Class<?>> kinds = new HashSet<>(Set.of(Outcome.Completed.class));
    outcomes()
        .flatMap(it -> Stream.of(it.get()))
        .filter(Outcome.class::isInstance)
        .forEach(it -> kinds.add(it.getClass()));
    assertEquals(Set.of(Outcome.class.getPermittedSubclasses()), kinds);
  }

  @Test
  void aServedRowIsNoError() {
    Outcome served = new Outcome.Completed(Prediction.of(1), new Timings(0, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> GrpcError.of(served));
  }

  @Test
  void whenToTryAgainComesInSecondsAndForClientsOfGrpcInMilliseconds() {
    Metadata trailers = GrpcError.of(rejected(Rejection.QUEUE_FULL)).trailers();

    assertEquals("2", trailers.get(GrpcError.RETRY_AFTER));
    assertEquals("1200", trailers.get(GrpcError.PUSHBACK));
    assertEquals(Set.of(), GrpcError.invalid("why").trailers().keys());
  }

  @Test
  void aMessageAboutARowOfSeveralNamesIt() {
    Refused flaw =
        new Refused(new Outcome.Invalid(Flaw.EMPTY, "the text is empty"), OptionalInt.of(3));
    Refused full = new Refused(rejected(Rejection.QUEUE_FULL), OptionalInt.of(3));

    assertEquals("row 3: the text is empty", GrpcError.of(flaw, true).status().getDescription());
    assertEquals("the text is empty", GrpcError.of(flaw, false).status().getDescription());
    assertEquals(
        "the queue is full; try again later", GrpcError.of(full, true).status().getDescription());
  }

  @Test
  void aLongSentenceIsCutBecauseMetadataIsLimited() {
    List<String> names = IntStream.range(0, 5_000).mapToObj(i -> "model-" + i).toList();
    String sentence =
        Optional.ofNullable(
                GrpcError.of(new Outcome.UnknownModel("x", names)).status().getDescription())
            .orElse("");

    assertTrue(sentence.startsWith("there is no model \"x\""), sentence);
    assertEquals(1_001, sentence.length());
  }
}
