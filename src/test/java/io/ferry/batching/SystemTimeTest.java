package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

  @Test
  void aVirtualThreadWaitsForADistantTimeExactly() throws InterruptedException {
    AtomicLong late = new AtomicLong();
    AtomicInteger parks = new AtomicInteger();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  Parker parker = time.parkerOfCurrentThread();
                  long end = time.nanos() + 4 * DistantWaits.TICK_NANOS;
                  while (time.nanos() < end) {
                    parker.parkUntil(end);
                    parks.incrementAndGet();
                  }
                  late.set(time.nanos() - end);
                });
    assertTrue(caller.join(Duration.ofSeconds(30)), "it was never woken");
    assertTrue(late.get() < DistantWaits.TICK_NANOS, "late by ns: " + late);
    assertTrue(parks.get() <= 5, "parks: " + parks);
  }

  @Test
  void manyWaitForDistantTimesAndAreWokenByTheirTimeOrByOthers() throws InterruptedException {
    List<Parker> parkers = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger early = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    CountDownLatch waiting = new CountDownLatch(400);
    AtomicBoolean answered = new AtomicBoolean();
    for (int i = 0; i < 400; i++) {
      // Every other one is answered long before its end; the rest must see their end.
      boolean waitsForAnswer = i % 2 == 0;
      long end =
          time.nanos()
              + (waitsForAnswer ? Duration.ofHours(1).toNanos() : (3 + i % 5) * 100_000_000L);
      callers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    Parker parker = time.parkerOfCurrentThread();
                    if (waitsForAnswer) {
                      parkers.add(parker);
                    }
                    waiting.countDown();
                    while (time.nanos() < end && !(waitsForAnswer && answered.get())) {
                      parker.parkUntil(end);
                    }
                    if (!waitsForAnswer && time.nanos() < end) {
                      early.incrementAndGet();
                    }
                  }));
    }
    waiting.await();
    answered.set(true);
    List.copyOf(parkers).forEach(Parker::unpark);
    for (Thread caller : callers) {
      assertTrue(caller.join(Duration.ofSeconds(30)), "one was never woken");
    }
    assertEquals(0, early.get());
  }
}
