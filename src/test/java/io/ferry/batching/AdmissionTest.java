package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdmissionTest {

  private final Admission admission = new Admission(10);

  @Test
  void givesAllThePlacesAskedForOrNone() {
    Permit seven = admission.tryAcquire(7).orElseThrow();
    assertEquals(7, seven.rows());
    assertEquals(Optional.empty(), admission.tryAcquire(4));
    assertEquals(7, admission.taken());
    assertTrue(admission.tryAcquire(3).isPresent());
    assertEquals(10, admission.taken());
    assertEquals(Optional.empty(), admission.tryAcquire(1));
  }

  @Test
  void aHugeRequestDoesNotOverflow() {
    assertTrue(admission.tryAcquire(1).isPresent());
    assertEquals(Optional.empty(), admission.tryAcquire(Integer.MAX_VALUE));
    assertEquals(1, admission.taken());
  }

  @Test
  void nothingIsNoPermit() {
    assertThrows(IllegalArgumentException.class, () -> admission.tryAcquire(0));
    assertThrows(IllegalArgumentException.class, () -> admission.tryAcquire(-1));
  }

  @Test
  void closingTwiceGivesThePlacesBackOnce() {
    Permit other = admission.tryAcquire(2).orElseThrow();
    Permit permit = admission.tryAcquire(5).orElseThrow();
    permit.close();
    permit.close();
    assertEquals(2, admission.taken());
    other.close();
    assertEquals(0, admission.taken());
  }

  @Test
  void aSpentPermitKeepsItsPlacesWhenClosed() {
    Permit permit = admission.tryAcquire(5).orElseThrow();
    permit.spend(admission, 5);
    permit.close();
    assertEquals(5, admission.taken());
  }

  @Test
  void aPermitIsSpentOnce() {
    Permit permit = admission.tryAcquire(5).orElseThrow();
    permit.spend(admission, 5);
    assertThrows(IllegalStateException.class, () -> permit.spend(admission, 5));
  }

  @Test
  void aClosedPermitCannotBeSpent() {
    Permit permit = admission.tryAcquire(5).orElseThrow();
    permit.close();
    assertThrows(IllegalStateException.class, () -> permit.spend(admission, 5));
    assertEquals(0, admission.taken());
  }

  @Test
  void aPermitIsGoodForItsOwnQueueAndItsOwnNumberOfRows() {
    Permit permit = admission.tryAcquire(5).orElseThrow();
    assertThrows(IllegalStateException.class, () -> permit.spend(new Admission(10), 5));
    assertThrows(IllegalStateException.class, () -> permit.spend(admission, 4));
    assertThrows(IllegalStateException.class, () -> permit.spend(admission, 6));
    // It was refused, not used up.
    permit.close();
    assertEquals(0, admission.taken());
  }

  @Test
  void givingBackMoreThanWasTakenIsABug() {
    assertThrows(IllegalStateException.class, () -> admission.release(1));
  }

  @Test
  void manyThreadsNeverHoldMoreThanThereIs() throws Exception {
    int threads = 8;
    AtomicInteger held = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger admitted = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(threads);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (int thread = 0; thread < threads; thread++) {
        int rows = 1 + thread % 4;
        executor.execute(
            () -> {
              start.countDown();
              for (int round = 0; round < 5_000; round++) {
                try (Permit permit = admission.tryAcquire(rows).orElse(new Permit(admission, 0))) {
                  admitted.addAndGet(permit.rows());
                  most.accumulateAndGet(held.addAndGet(permit.rows()), Math::max);
                  held.addAndGet(-permit.rows());
                }
              }
            });
      }
      assertTrue(start.await(10, java.util.concurrent.TimeUnit.SECONDS));
    }
    assertTrue(admitted.get() > 0);
    assertTrue(most.get() <= 10, "held at once: " + most.get());
    assertEquals(0, admission.taken());
  }
}
