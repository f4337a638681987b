package io.ferry.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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
  void takesOneActionOnly() {
    cancellation.bind(runs::incrementAndGet);
    assertThrows(IllegalStateException.class, () -> cancellation.bind(() -> {}));
    cancellation.cancel();
    assertEquals(1, runs.get());
  }

  @Test
  void runsTheActionOnceHoweverCancelAndBindMeet() throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
      for (int round = 0; round < 1_000; round++) {
        Cancellation contended = new Cancellation();
        AtomicInteger count = new AtomicInteger();
        for (Future<Object> end :
            executor.invokeAll(
                List.of(
                    Executors.callable(contended::cancel),
                    Executors.callable(() -> contended.bind(count::incrementAndGet)),
                    Executors.callable(contended::cancel)))) {
          end.get();
        }
        assertEquals(1, count.get());
      }
    }
  }
}
