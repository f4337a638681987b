package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.WaitRule.Arrival;
import io.ferry.batching.WaitRule.Patience;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What callers would have spent, counted by hand. */
class RehearsalTest {

  private static final long PASS = 1_000;
  private static final int MAX_SIZE = 4;

  private final Forecast forecast =
      new Forecast(new BatchPolicy(MAX_SIZE, 100, new MaxWait.Auto(), true, 100));

  RehearsalTest() {
    for (int pass = 0; pass < 200; pass++) {
      int rows = 1 + pass % MAX_SIZE;
      forecast.served(new Batch(Collections.nCopies(rows, new Sample(ScriptedModel.row(1)))), PASS);
    }
  }

  /** What is spent if requests of one row come at these moments. */
  private double spent(Patience patience, int lanes, long... arrivals) {
    Rehearsal rehearsal = new Rehearsal(patience, forecast);
    for (long at : arrivals) {
      rehearsal.arrived(new Arrival(at, 1, 0, 0, lanes));
    }
    // Another comes when all is over.
    rehearsal.arrived(new Arrival(1_000_000, 1, 0, 0, lanes));
    return rehearsal.spent();
  }

  private static Patience waits(long nanos) {
    return new Patience(nanos, nanos);
  }

  @Test
  void whoComesDuringAPassWaitsForItsEnd() {
    assertEquals(PASS + 1_900, spent(waits(0), 1, 0, 100), 10);
  }

  @Test
  void whoIsWaitedForSharesThePass() {
    assertEquals(1_200 + 1_100, spent(waits(200), 1, 0, 100), 10);
  }

  @Test
  void whoCannotBeWaitedForLongEnoughMakesItWorse() {
    assertEquals(1_050 + 1_950, spent(waits(50), 1, 0, 100), 10);
  }

  @Test
  void aFullBatchDoesNotWait() {
    assertEquals(MAX_SIZE * PASS, spent(waits(500), 1, 0, 0, 0, 0), 10);
  }

  @Test
  void aPauseEndsTheWait() {
    assertEquals(1_260 + 1_180 + 1_100, spent(new Patience(5_000, 100), 1, 0, 80, 160), 10);
  }

  @Test
  void anotherLaneServesWhoComesDuringAPass() {
    assertEquals(2 * PASS, spent(waits(0), 2, 0, 100), 10);
  }

  @Test
  void moreThanAreRememberedAreCountedToo() {
    long[] crowd = new long[5_000];
    double passes = crowd.length / (double) MAX_SIZE;
    assertTrue(spent(waits(0), 1, crowd) > 0.4 * crowd.length * Math.min(passes * PASS, 1_000_000));
  }

  @Test
  void whatFadesCountsLess() {
    Rehearsal rehearsal = new Rehearsal(waits(0), forecast);
    rehearsal.arrived(new Arrival(0, 1, 0, 0, 1));
    rehearsal.arrived(new Arrival(1_000_000, 1, 0, 0, 1));
    rehearsal.fade(0.5);
    assertEquals(PASS / 2.0, rehearsal.spent(), 10);
  }
}
