package io.ferry.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationTest {

  private final Cancellation cancellation = new Cancellation();
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void runsTheBoundActionOnceHoweverOftenItIsCancelled() {
    cancellation.bind(runs::incrementAndGet);
    assertFalse(cancellation.cancelled());
    assertEquals(0, runs.get());
    cancellation.cancel();
    cancellation.cancel();
    assertTrue(cancellation.cancelled());
    assertEquals(1, runs.get());
  }

  @Test
  void runsAnActionAtOnceThatIsBoundTooLate() {
    cancellation.cancel();
    assertTrue(cancellation.cancelled());
    cancellation.bind(runs::incrementAndGet);
    assertEquals(1, runs.get());
    cancellation.cancel();
    assertEquals(1, runs.get());
  }

  @Test
  void isCancelledAlsoWithNothingBound() {
    assertFalse(cancellation.cancelled());
    cancellation.cancel();
    assertTrue(cancellation.cancelled());
  }

  @Test
  void runsTheActionThatWasBoundLast() {
    cancellation.bind(() -> runs.addAndGet(100));
    cancellation.bind(runs::incrementAndGet);
    cancellation.cancel();
    assertEquals(1, runs.get());
  }

  @Test
  void anActionThatCancelsAgainRunsOnce() {
    cancellation.bind(
        () -> {
          runs.incrementAndGet();
          cancellation.cancel();
        });
    cancellation.cancel();
    assertEquals(1, runs.get());
  }

  @Test
  void runsTheActionOnceHoweverCancelAndBindMeet() throws Exception {
    int rounds = 20_000;
    CyclicBarrier round = new CyclicBarrier(2);
    Cancellation[] contended = new Cancellation[rounds];
    AtomicInteger[] counts = new AtomicInteger[rounds];
    Arrays.setAll(contended, it -> new Cancellation());
    Arrays.setAll(counts, it -> new AtomicInteger());
    try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
      Future<Void> canceller =
          executor.submit(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  meet(round, i);
                  contended[i].cancel();
                }
                return null;
              });
      for (int i = 0; i < rounds; i++) {
        meet(round, i);
        contended[i].bind(counts[i]::incrementAndGet);
      }
      canceller.get();
    }
    for (AtomicInteger count : counts) {
      assertEquals(1, count.get());
    }
  }

  /** Lets both threads start each hundred rounds together; between, they race as they like. */
  private static void meet(CyclicBarrier barrier, int round) throws Exception {
    if (round % 100 == 0) {
      barrier.await();
    }
  }
}
