package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** How a lane comes to wait, and for how long; whether that pays is for the simulation to say. */
class ControlLimitTest {

  private static final int MAX_SIZE = 4;
  private static final long PASS = Duration.ofMillis(10).toNanos();
  private static final long MOMENT = Duration.ofNanos(100_000).toNanos();

  private final Forecast forecast =
      new Forecast(new BatchPolicy(MAX_SIZE, 100, new MaxWait.Auto(), true, 100));
  private final ControlLimit limit = new ControlLimit(forecast);
  private long now;

  /** A pass takes the same whatever is in it, and that is known. */
  private void passesAreFlat() {
    for (int rows = 1; rows <= MAX_SIZE; rows++) {
      forecast.served(new Batch(Collections.nCopies(rows, new Sample(ScriptedModel.row(1)))), PASS);
    }
  }

  private long waitsFor(int rows) {
    return Math.max(
        0, limit.dueNanos(now, new WaitRule.Waiting(now, now, rows, 1, MAX_SIZE)) - now);
  }

  private void arrives(int inFlight) {
    limit.arrived(new WaitRule.Arrival(now, 1, 0, inFlight, 1));
  }

  /** Two clients, each of which comes again a moment after its answer, taking turns. */
  private void twoClientsTakeTurns() {
    now += MOMENT;
    arrives(1);
    now += PASS - MOMENT;
    limit.passEnded(now, 0);
    waitsFor(1);
    limit.dispatched(now, 1, 0);
  }

  @Test
  void whileNothingIsKnownALaneWaitsForNobody() {
    arrives(0);
    assertEquals(0, waitsFor(1));
  }

  @Test
  void clientsThatTakeTurnsAreBroughtTogether() {
    passesAreFlat();
    for (int turn = 0; turn < 10; turn++) {
      twoClientsTakeTurns();
    }
    now += MOMENT;
    arrives(1);
    now += PASS - MOMENT;
    limit.passEnded(now, 0);

    long wait = waitsFor(1);
    assertTrue(wait >= MOMENT && wait < PASS, "waits for the other client: " + wait);
    now += MOMENT;
    assertEquals(wait - MOMENT, waitsFor(1), "looking again does not make the wait longer");
  }

  @Test
  void whoComesOnceInAWhileIsNotWaitedFor() {
    passesAreFlat();
    for (int request = 0; request < 50; request++) {
      now += 3 * PASS;
      arrives(0);
      assertEquals(0, waitsFor(1), "request " + request);
      limit.dispatched(now, 1, 0);
      now += PASS;
      limit.passEnded(now, 0);
    }
  }

  @Test
  void noWaitIsLongerThanTheLongest() {
    passesAreFlat();
    for (int turn = 0; turn < 100; turn++) {
      twoClientsTakeTurns();
    }
    arrives(1);
    limit.passEnded(now, 0);
    long began = now;
    while (waitsFor(1) > 0 && now - began < Duration.ofSeconds(1).toNanos()) {
      now += MOMENT;
      arrives(0);
    }
    assertTrue(now - began <= AutoWait.AT_MOST, "waited " + (now - began));
  }
}
