package io.ferry.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.MaxWait;
import io.ferry.inference.Outcome;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Callers with little time and callers with plenty, on a device of 20 ms and 1 ms a row. */
class DeadlinesTest {

  private static final int MAX_SIZE = 32;
  private static final VirtualServer.Curve CURVE = (rows, length) -> (20L + rows) * 1_000_000;
  private static final double CAPACITY = MAX_SIZE / 0.052;

  private final VirtualServer server =
      new VirtualServer(new BatchPolicy(MAX_SIZE, 1_000_000, MaxWait.none(), true, 1_024), CURVE);

  private void arrive(long millis, Duration patience) {
    server.time.at(millis * 1_000_000, () -> server.arrive(1, patience, () -> {}));
  }

  @Test
  void whoHasLittleTimeOvertakesWhoHasPlenty() {
    server.warmUp(MAX_SIZE, 1);
    for (int i = 0; i < 200; i++) {
      arrive(1_000, Duration.ofSeconds(10));
    }
    for (int i = 0; i < 20; i++) {
      // In order they would be in the seventh pass, and late.
      arrive(1_005, Duration.ofMillis(150));
    }
    server.runUntil(5_000_000_000L);

    assertEquals(
        server.ended.size(), server.ended.stream().filter(VirtualServer.Ended::served).count());
  }

  @Test
  void atTwiceTheLoadTheDeviceServesWhoeverIsInTime() {
    server.warmUp(MAX_SIZE, 1);
    SplittableRandom random = new SplittableRandom(3);
    double seconds = 20;
    double at = 1;
    while (at < 1 + seconds) {
      at += -Math.log(1 - random.nextDouble()) / (2 * CAPACITY);
      Duration patience = Duration.ofMillis(random.nextBoolean() ? 100 : 1_000);
      server.time.at(Math.round(at * 1e9), () -> server.arrive(1, patience, () -> {}));
    }
    server.runUntil(60_000_000_000L);

    double goodput = server.ended.stream().filter(VirtualServer.Ended::served).count() / seconds;
    long inVain =
        server.ended.stream().filter(it -> it.outcome() instanceof Outcome.Expired).count();
    assertTrue(goodput >= 0.9 * CAPACITY, "answers in time a second: " + goodput);
    assertTrue(inVain < server.ended.size() / 50, inVain + " were let in, and in vain");
  }
}
