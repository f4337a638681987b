package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClosedLoopTest {

  private static final long PASS = 10_000;

  private final ClosedLoop loop = new ClosedLoop();
  private long now;

  /** So many come, are served together, and the next come so much later. */
  private void rounds(int rounds, int rows, long pause) {
    for (int round = 0; round < rounds; round++) {
      loop.arrived(now, rows, rows);
      now += PASS;
      loop.changed(now, 0);
      now += pause;
    }
  }

  @Test
  void whoIsSoonBackIsAClient() {
    rounds(100, 3, PASS / 20);
    assertTrue(loop.likely());
    assertEquals(3, loop.most());
  }

  @Test
  void whoComesNowAndThenIsNot() {
    rounds(100, 3, PASS);
    assertFalse(loop.likely());
  }

  @Test
  void aCrowdThatCameOnceIsForgotten() {
    rounds(1, 50, PASS);
    rounds(100, 3, PASS / 20);
    assertTrue(loop.likely());
    assertEquals(3, loop.most());
  }
}
