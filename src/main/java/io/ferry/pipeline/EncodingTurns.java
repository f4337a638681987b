package io.ferry.pipeline;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how many texts are encoded at once. A tokenizer is native code that holds the carrier of
 * its virtual thread; if it held all of them, nothing else would run.
 */
public final class EncodingTurns {

  private final Semaphore turns;

  /**
   * So many at once.
   *
   * @param atOnce at least 1
   */
  public EncodingTurns(int atOnce) {
    this.turns = new Semaphore(atOnce, true);
  }

  /**
   * Waits for a turn, which ends with {@link #done}.
   *
   * @param atMost what is left to the caller; below zero there is no turn for it, not even a free
   *     one
   * @return whether it came within the time
   */
  boolean await(Duration atMost) {
    if (atMost.isNegative()) {
      return false;
    }
    try {
      return turns.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException nobodyInterruptsRequests) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void done() {
    turns.release();
  }
}
