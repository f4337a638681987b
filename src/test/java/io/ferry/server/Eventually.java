package io.ferry.server;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what other threads or another process will do, with a deadline. */
final class Eventually {

  /** Unpacking PyTorch for the first time takes most of it. */
  static final Duration MODEL_LOADS = Duration.ofSeconds(90);

  private static final Duration PAUSE = Duration.ofMillis(10);

  private Eventually() {}

  /**
   * Asks again and again.
   *
   * @throws AssertionError if it is not so in time
   */
  static void within(Duration most, String expected, BooleanSupplier holds)
      throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + most + ": " + expected);
      }
      Thread.sleep(PAUSE);
    }
  }
}
