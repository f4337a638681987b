package io.ferry.batching;

import java.time.Duration;

/**
 * Tells others what the device's thread is at. That thread alone writes; any thread reads. Idle is
 * well; a step that is older than the stall limit is not.
 */
public final class Heartbeat {

  private static final long IDLE = -1;

  private final Ticker ticker;
  private volatile long stepStartNanos = IDLE;

  /** An idle heartbeat. */
  public Heartbeat(Ticker ticker) {
    this.ticker = ticker;
  }

  /** A step begins: one load, one warm-up pass or one forward pass. */
  public void stepBegins() {
    stepStartNanos = ticker.nanos();
  }

  /** The step is over; nothing runs. */
  public void stepEnds() {
    stepStartNanos = IDLE;
  }

  /** How long the current step has been running; zero if none is. */
  public Duration stepAge() {
    long start = stepStartNanos;
    return start == IDLE ? Duration.ZERO : Duration.ofNanos(ticker.nanos() - start);
  }
}
