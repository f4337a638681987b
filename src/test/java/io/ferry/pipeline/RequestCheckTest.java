package io.ferry.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.AnswerBudget;
import io.ferry.inference.AnswerSize;
import io.ferry.inference.Cancellation;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.InferenceRequest;
import io.ferry.inference.Input;
import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.RequestLimits;
import io.ferry.pipeline.InferenceReply.Refused;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCheckTest {

  private static final RequestLimits LIMITS = new RequestLimits(3, 10, Duration.ofSeconds(30));

  private static Optional<Refused> check(
      List<String> texts, Optional<Duration> timeout, int priority) {
    return RequestCheck.check(
        new InferenceRequest(
            "test",
            ModelChoice.DEFAULT,
            texts.stream().<Input>map(Input.Text::new).toList(),
            EncodingOptions.DEFAULT,
            timeout,
            priority,
            new Cancellation(),
            AnswerSize.SMALL,
            new AnswerBudget().room()),
        LIMITS);
  }

  private static void assertRefused(
      Flaw flaw, OptionalInt row, String message, Optional<Refused> refused) {
    assertEquals(Optional.of(new Refused(new Outcome.Invalid(flaw, message), row)), refused);
  }

  @Test
  void takesWhatIsAtItsLimits() {
    assertEquals(
        Optional.empty(),
        check(Collections.nCopies(3, "0123456789"), Optional.of(Duration.ofNanos(1)), 0));
    assertEquals(Optional.empty(), check(List.of(" "), Optional.empty(), 9));
  }

  @Test
  void refusesAnEmptyList() {
    assertRefused(
        Flaw.EMPTY,
        OptionalInt.empty(),
        "the input is an empty list; send at least one row",
        check(List.of(), Optional.empty(), 5));
  }

  @Test
  void refusesMoreRowsThanAllowed() {
    assertRefused(
        Flaw.VALIDATION,
        OptionalInt.empty(),
        "the input has 4 rows, at most 3 are allowed in one request",
        check(Collections.nCopies(4, "a"), Optional.empty(), 5));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 10})
  void refusesAPriorityThatThereIsNot(int priority) {
    assertRefused(
        Flaw.VALIDATION,
        OptionalInt.empty(),
        "priority is " + priority + ", allowed is 0 to 9 (higher is sooner)",
        check(List.of("a"), Optional.empty(), priority));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void refusesATimeoutThatIsOverAlready(long nanos) {
    assertRefused(
        Flaw.VALIDATION,
        OptionalInt.empty(),
        "the timeout must be at least 1 ms",
        check(List.of("a"), Optional.of(Duration.ofNanos(nanos)), 5));
  }

  @Test
  void namesTheEmptyText() {
    assertRefused(
        Flaw.EMPTY,
        OptionalInt.of(1),
        "the text is empty",
        check(List.of("a", "", ""), Optional.empty(), 5));
  }

  @Test
  void namesTheTextThatIsTooLong() {
    assertRefused(
        Flaw.VALIDATION,
        OptionalInt.of(2),
        "the text has 11 characters, at most 10 are allowed",
        check(List.of("a", "b", "01234567890"), Optional.empty(), 5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "äöü", "日本語", "👍", "a👍b", "👍👍", "\u0000", "\uFFFF", "\uD7FF\uE000"})
  void takesWellFormedUnicode(String text) {
    assertEquals(Optional.empty(), check(List.of(text), Optional.empty(), 5));
  }

  @Test
  void refusesHalfASurrogatePair() {
    char high = '\uD83D';
    char low = '\uDC4D';
    List<String> broken =
        List.of(
            "" + high,
            "" + low,
            "a" + high,
            high + "a",
            low + "a",
            "" + low + high,
            "" + high + high + low,
            "" + high + low + low,
            "👍" + high);
    for (String text : broken) {
      Refused refused = check(List.of("fine", text), Optional.empty(), 5).orElseThrow();
      assertEquals(OptionalInt.of(1), refused.row());
      Outcome.Invalid invalid = assertInstanceOf(Outcome.Invalid.class, refused.outcome());
      assertEquals(Flaw.VALIDATION, invalid.flaw());
      assertTrue(invalid.message().contains("half a surrogate pair"), invalid.message());
    }
  }
}
