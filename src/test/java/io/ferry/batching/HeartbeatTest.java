package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

  private final FakeTime time = new FakeTime();
  private final Heartbeat heartbeat = new Heartbeat(time);

  @Test
  void idleIsNeverOld() {
    time.pass(Duration.ofHours(1));
    assertEquals(Duration.ZERO, heartbeat.stepAge());
  }

  @Test
  void aStepAgesUntilItEnds() {
    time.pass(Duration.ofSeconds(5));
    heartbeat.stepBegins();
    assertEquals(Duration.ZERO, heartbeat.stepAge());
    time.pass(Duration.ofSeconds(31));
    assertEquals(Duration.ofSeconds(31), heartbeat.stepAge());
    heartbeat.stepEnds();
    assertEquals(Duration.ZERO, heartbeat.stepAge());
  }

  @Test
  void aStepThatBeginsAtTimeZeroAgesToo() {
    heartbeat.stepBegins();
    time.pass(Duration.ofSeconds(1));
    assertEquals(Duration.ofSeconds(1), heartbeat.stepAge());
  }

  @Test
  void theNextStepStartsAtNothing() {
    heartbeat.stepBegins();
    time.pass(Duration.ofSeconds(9));
    heartbeat.stepEnds();
    heartbeat.stepBegins();
    time.pass(Duration.ofSeconds(2));
    assertEquals(Duration.ofSeconds(2), heartbeat.stepAge());
  }
}
