package io.ferry.metrics;

import io.ferry.batching.Ticker;

/**
 * The share of the last {@value #SECONDS} seconds that a device spent in passes, kept second by
 * second. The lanes add, any thread reads.
 */
final class BusyRatio {

  private static final int SECONDS = 10;
  private static final long SECOND = 1_000_000_000L;

  private final Ticker ticker;
  private final int lanes;
  private final long start;
  private final long[] busyNanos = new long[SECONDS];
  private long newest;

  /**
   * Idle so far.
   *
   * @param lanes so many passes can run at once
   */
  BusyRatio(Ticker ticker, int lanes) {
    this.ticker = ticker;
    this.lanes = lanes;
    this.start = ticker.nanos();
  }

  /** Adds a pass that ends now. */
  synchronized void add(long nanos) {
    long end = ticker.nanos();
    forgetBefore(end);
    // A pass is spread over the seconds that it lasted.
    long from = Math.max(end - nanos, oldestKept(end));
    while (from < end) {
      long second = from / SECOND;
      long to = Math.min(end, (second + 1) * SECOND);
      busyNanos[(int) (second % SECONDS)] += to - from;
      from = to;
    }
  }

  /** 0 (idle) to 1 (every lane always busy). */
  synchronized double value() {
    long now = ticker.nanos();
    forgetBefore(now);
    long busy = 0;
    for (long nanos : busyNanos) {
      busy += nanos;
    }
    long window = now - Math.max(start, oldestKept(now));
    return window <= 0 ? 0 : Math.min(1.0, (double) busy / window / lanes);
  }

  private static long oldestKept(long now) {
    return Math.max(0, (now / SECOND - SECONDS + 1) * SECOND);
  }

  private void forgetBefore(long now) {
    long second = now / SECOND;
    for (long stale = Math.max(newest + 1, second - SECONDS + 1); stale <= second; stale++) {
      busyNanos[(int) (stale % SECONDS)] = 0;
    }
    newest = Math.max(newest, second);
  }
}
