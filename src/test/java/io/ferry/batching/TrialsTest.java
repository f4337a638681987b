package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.ferry.batching.WaitRule.Patience;
import io.ferry.batching.WaitRule.Waiting;
import org.junit.jupiter.api.Test;

class TrialsTest {

  private static final int CALLERS = 8;
  private static final int BATCHES = 2_000;

  private final WaitRule usual = new Patience(1, 1);
  private final Trials trials =
      new Trials(usual, new Forecast(new BatchPolicy(16, 100, new MaxWait.Auto(), true, 100)));

  /** Whether the rule in force is the one that waits for everybody. */
  private boolean gathers() {
    return waits(CALLERS / 2) && !waits(CALLERS);
  }

  private boolean waits(int rows) {
    return trials.rule().dueNanos(10, new Waiting(10, 11, rows, 1, 16)) > 10
        && trials.rule() != usual;
  }

  /** So many batches of which a row takes so long; says in how many the usual rule decided. */
  private int usualOf(int batches, double usually, double gathered, double otherwise) {
    int byUsual = 0;
    for (int batch = 0; batch < batches; batch++) {
      byUsual += trials.rule() == usual ? 1 : 0;
      double nanos = trials.rule() == usual ? usually : gathers() ? gathered : otherwise;
      trials.dispatched(CALLERS, CALLERS * nanos, CALLERS, 1);
    }
    return byUsual;
  }

  @Test
  void theUsualRuleBegins() {
    assertSame(usual, trials.rule());
  }

  @Test
  void whatIsBetterStays() {
    usualOf(BATCHES, 100, 80, 120);
    int late = usualOf(BATCHES, 100, 80, 120);
    assertNotSame(usual, trials.rule());
    assertEquals(0, late, BATCHES / 50);
  }

  @Test
  void trialsThatFailBecomeRare() {
    usualOf(BATCHES, 100, 150, 150);
    assertEquals(BATCHES, usualOf(BATCHES, 100, 150, 150), BATCHES / 50);
  }

  @Test
  void whatIsWorseNowIsLeft() {
    usualOf(BATCHES, 100, 80, 120);
    int late = usualOf(20 * BATCHES, 100, 130, 120);
    assertEquals(20 * BATCHES, late, 4 * BATCHES);
  }
}
