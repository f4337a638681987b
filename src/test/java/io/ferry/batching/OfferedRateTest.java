package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OfferedRateTest {

  private static final long SECOND = 1_000_000_000L;

  private final OfferedRate rate = new OfferedRate(0);

  private double perSecond(long now) {
    return rate.perNano(now) * 1e9;
  }

  @Test
  void isRowsOverTime() {
    rate.add(30);
    rate.add(20);
    assertEquals(25, perSecond(2 * SECOND), 1e-9);
  }

  @Test
  void isNotAskedAnewWithinATenthOfASecond() {
    rate.add(100);
    assertEquals(100, perSecond(SECOND), 1e-9);
    rate.add(1_000_000);
    assertEquals(100, perSecond(SECOND + 1_000), 1e-9);
  }

  @Test
  void goesDownWhenNobodyComes() {
    rate.add(100);
    assertEquals(100, perSecond(SECOND), 1e-9);
    assertEquals(100 / Math.E, perSecond(11 * SECOND), 1e-6);
    assertEquals(0, perSecond(1_000 * SECOND), 1e-6);
  }
}
