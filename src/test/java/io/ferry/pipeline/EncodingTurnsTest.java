package io.ferry.pipeline;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EncodingTurnsTest {

  private final EncodingTurns turns = new EncodingTurns(2);

  @Test
  void soManyAtOnceAndNoMore() {
    assertTrue(turns.await(Duration.ZERO));
    assertTrue(turns.await(Duration.ZERO));
    assertFalse(turns.await(Duration.ofNanos(1)));
    turns.done();
    assertTrue(turns.await(Duration.ZERO));
  }

  @Test
  void whoseTimeIsOverHasNoTurn() {
    assertFalse(turns.await(Duration.ofNanos(-1)));
  }

  @Test
  void anInterruptIsNoTurnAndIsKept() {
    Thread.currentThread().interrupt();
    assertFalse(turns.await(Duration.ofSeconds(1)));
    assertTrue(Thread.interrupted(), "the interrupt is the caller's to see");
    assertTrue(turns.await(Duration.ZERO));
    assertTrue(turns.await(Duration.ZERO));
  }
}
