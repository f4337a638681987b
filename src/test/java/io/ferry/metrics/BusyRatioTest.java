package io.ferry.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.FakeTime;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BusyRatioTest {

  private final FakeTime time = new FakeTime();
  private final BusyRatio ratio = new BusyRatio(time, 1);

  private void idle(double seconds) {
    time.pass(Duration.ofNanos(Math.round(seconds * 1e9)));
  }

  private void busy(double seconds) {
    idle(seconds);
    ratio.add(Math.round(seconds * 1e9));
  }

  @Test
  void aDeviceWithTwoLanesIsHalfBusyWithOne() {
    BusyRatio two = new BusyRatio(time, 2);
    idle(5);
    two.add(5_000_000_000L);
    assertEquals(0.5, two.value(), 1e-9);
    two.add(5_000_000_000L);
    assertEquals(1.0, two.value(), 1e-9);
  }

  @Test
  void aDeviceThatDidNothingIsIdle() {
    assertEquals(0.0, ratio.value());
    idle(100);
    assertEquals(0.0, ratio.value());
  }

  @Test
  void beforeTenSecondsTheShareIsOfTheTimeThereWas() {
    busy(1);
    assertEquals(1.0, ratio.value());
    idle(3);
    assertEquals(0.25, ratio.value(), 1e-9);
  }

  @Test
  void aPassIsSpreadOverTheSecondsThatItLasted() {
    idle(20);
    busy(2.5);
    // The window holds the seconds 13 to 22.5.
    assertEquals(2.5 / 9.5, ratio.value(), 1e-9);
  }

  @Test
  void whatWasTenSecondsAgoIsForgotten() {
    busy(5);
    idle(4);
    assertEquals(5.0 / 9, ratio.value(), 1e-9);
    idle(3);
    // Now is 12: the seconds 3 to 12, of which two were busy.
    assertEquals(2.0 / 9, ratio.value(), 1e-9);
    idle(20);
    assertEquals(0.0, ratio.value());
  }

  @Test
  void aPassLongerThanTheWindowFillsItAndNoMore() {
    busy(100);
    assertEquals(1.0, ratio.value());
    idle(5);
    // Now is 105: the seconds 96 to 105, of which four were busy.
    assertEquals(4.0 / 9, ratio.value(), 1e-9);
  }

  @Test
  void aDeviceThatIsAlwaysBusyIsBusyAtEveryMoment() {
    for (int pass = 0; pass < 5_000; pass++) {
      busy(0.0037);
      assertEquals(1.0, ratio.value(), 1e-9);
    }
  }

  @Test
  void aSteadyLoadIsShownAsItIs() {
    Random random = new Random(7);
    for (int pass = 0; pass < 20_000; pass++) {
      double seconds = random.nextDouble() * 0.01;
      busy(seconds * 0.3);
      idle(seconds * 0.7);
      if (time.nanos() > 20e9) {
        assertTrue(Math.abs(ratio.value() - 0.3) < 0.01, "is " + ratio.value());
      }
    }
  }
}
