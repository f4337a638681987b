package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SystemTimeTest {

  private final SystemTime time = new SystemTime();

  @Test
  void punctualWaitsEndInTimeAndDropInterrupts() {
    Parker parker = time.punctualParkerOfCurrentThread();
    Thread.currentThread().interrupt();
    for (int wait = 0; wait < 20; wait++) {
      long end = time.nanos() + 300_000;
      int parks = 0;
      while (time.nanos() < end) {
        parker.parkUntil(end);
        parks++;
      }
      // Asleep, awake, and once more for an interrupt or a wake-up without a reason; not a spin.
      assertTrue(parks <= 5, "parks: " + parks);
    }
    assertFalse(Thread.currentThread().isInterrupted());
  }
}
