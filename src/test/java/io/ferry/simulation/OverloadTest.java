package io.ferry.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.BatchPolicy;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Twice as much arrives as the device can serve, and every caller waits 100 ms. Who cannot be
 * served in time is told so at once; the others are served. A queue that lets everybody in serves
 * nobody in time.
 */
class OverloadTest {

  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final Duration RUN = Duration.ofSeconds(30);
  private static final double RATE = 1_230;
  private static final int MAX_SIZE = 32;

  /** 32 rows in 52 ms. */
  private static final double CAPACITY = MAX_SIZE / 0.052;

  /** 20 ms, and 1 ms a row. */
  private final VirtualServer server =
      new VirtualServer(
          new BatchPolicy(MAX_SIZE, 1_000_000, Duration.ZERO, 1_024),
          (rows, length) -> Duration.ofMillis(20L + rows).toNanos());

  /**
   * Runs it.
   *
   * @param deadline what the server is told; callers leave after {@link #PATIENCE} whatever it is
   * @return answers in time, a second
   */
  private double goodput(Duration deadline) {
    SplittableRandom random = new SplittableRandom(1);
    long at = 0;
    while (at < RUN.toNanos()) {
      at += Math.round(-Math.log(1 - random.nextDouble()) / RATE * 1e9);
      server.time.at(at, () -> server.arrive(1, deadline, () -> {}));
    }
    server.runUntil(RUN.toNanos() * 2);
    long inTime =
        server.ended.stream().filter(it -> it.served() && it.nanos() <= PATIENCE.toNanos()).count();
    return inTime / (RUN.toNanos() / 1e9);
  }

  @Test
  void whoCanBeServedInTimeIs() {
    double goodput = goodput(PATIENCE);

    assertTrue(goodput >= 0.9 * CAPACITY, "answers in time a second: " + goodput);
    assertEquals(
        0,
        server.ended.stream()
            .filter(
                it ->
                    it.outcome() instanceof Outcome.Rejected rejected
                        && rejected.reason() == Rejection.DEADLINE)
            .filter(it -> it.endedNanos() > it.arrivedNanos())
            .count(),
        "who is refused learns it at once");
    long expired =
        server.ended.stream().filter(it -> it.outcome() instanceof Outcome.Expired).count();
    assertTrue(expired < server.ended.size() / 100, expired + " were let in, and in vain");
  }

  @Test
  void aQueueThatKnowsNoDeadlineServesNobodyInTime() {
    double goodput = goodput(Duration.ofHours(1));

    assertTrue(goodput < 0.2 * CAPACITY, "answers in time a second: " + goodput);
  }
}
