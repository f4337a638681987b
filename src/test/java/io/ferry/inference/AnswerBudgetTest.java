package io.ferry.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.ferry.inference.Outcome.Flaw;
import io.ferry.inference.Outcome.Rejection;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerBudgetTest {

  private static final Optional<Outcome> TAKEN = Optional.empty();
  private static final Optional<Outcome> LATER =
      Optional.of(new Outcome.Rejected(Rejection.TOO_MANY_ANSWERS, Duration.ofSeconds(1)));

  private final AnswerBudget budget = new AnswerBudget(100);
  private final AnswerBudget.Room first = budget.room();
  private final AnswerBudget.Room second = budget.room();

  @Test
  void answersShareWhatThereIs() {
    assertEquals(TAKEN, first.take(60));
    assertEquals(LATER, second.take(41));
    assertEquals(TAKEN, second.take(40), "what was refused takes nothing");

    first.close();
    assertEquals(TAKEN, second.take(100));
  }

  @Test
  void whatIsTakenAnewComesInPlaceOfWhatWas() {
    assertEquals(TAKEN, first.take(60));
    assertEquals(TAKEN, first.take(80));
    assertEquals(LATER, second.take(21));
    assertEquals(TAKEN, first.take(10));
    assertEquals(TAKEN, second.take(90));
    assertEquals(LATER, first.take(11));
    assertEquals(TAKEN, first.take(10), "what it had stays");
  }

  @Test
  void whatNeverFitsIsNotToBeTriedAgain() {
    AnswerBudget large = new AnswerBudget(25_999_999);

    Outcome.Invalid why =
        assertInstanceOf(Outcome.Invalid.class, large.room().take(26_000_001).orElseThrow());

    assertEquals(Flaw.VALIDATION, why.flaw());
    assertEquals(
        "the answer would take 27 MB of memory or more, there are 25 MB; send fewer or shorter texts at once",
        why.message());
  }

  @Test
  void anEndGivesBackOnceAndForEver() {
    assertEquals(TAKEN, first.take(100));

    first.close();
    first.close();
    assertEquals(Optional.of(new Outcome.Cancelled()), first.take(1));
    assertEquals(TAKEN, second.take(100));
    assertEquals(LATER, budget.room().take(1));
  }

  @Test
  void itIsAQuarterOfTheHeap() {
    long quarter = Runtime.getRuntime().maxMemory() / 4;
    assertEquals(TAKEN, new AnswerBudget().room().take(quarter));
    assertInstanceOf(
        Outcome.Invalid.class, new AnswerBudget().room().take(quarter + 1).orElseThrow());
  }
}
