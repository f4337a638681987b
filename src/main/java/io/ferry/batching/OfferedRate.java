package io.ferry.batching;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many rows a second ask to be let in, those that are refused included: an average over the
 * last {@value #MEMORY_SECONDS} seconds, or over the time since it was last asked for, if that is
 * longer. Any thread adds; who reads holds the lock of its owner.
 */
final class OfferedRate {

  private static final int MEMORY_SECONDS = 10;

  /** Over less time a rate means little. */
  private static final long LEAST_NANOS = Duration.ofMillis(100).toNanos();

  private final LongAdder rows = new LongAdder();
  private long countedRows;
  private long lastNanos;
  private double perNano;
  private boolean begun;

  /** Counts from this moment. */
  OfferedRate(long now) {
    this.lastNanos = now;
  }

  /** So many rows ask. */
  void add(int asking) {
    rows.add(asking);
  }

  /** Rows in a nanosecond. */
  double perNano(long now) {
    long since = now - lastNanos;
    if (since >= LEAST_NANOS) {
      long all = rows.sum();
      double newest = (double) (all - countedRows) / since;
      double weight = 1 - Math.exp(-since / (MEMORY_SECONDS * 1e9));
      perNano = begun ? perNano + weight * (newest - perNano) : newest;
      begun = true;
      countedRows = all;
      lastNanos = now;
    }
    return perNano;
  }
}
