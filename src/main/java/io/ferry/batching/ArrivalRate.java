package io.ferry.batching;

/**
 * How fast rows arrive: an exponentially weighted moving average of the time between them. Guarded
 * by the queue's lock.
 */
final class ArrivalRate {

  /** What lies this many rows back counts a third. */
  private static final double MEMORY_ROWS = 50;

  private double gapNanos = Double.POSITIVE_INFINITY;
  private long lastNanos;
  private boolean begun;

  /** So many rows came at this moment. */
  void observe(int rows, long now) {
    if (begun) {
      double gap = (double) (now - lastNanos) / rows;
      double weight = 1 - Math.exp(-rows / MEMORY_ROWS);
      gapNanos = Double.isInfinite(gapNanos) ? gap : gapNanos + weight * (gap - gapNanos);
    }
    begun = true;
    lastNanos = now;
  }

  /** How many rows come within a time, as they came lately. */
  double rows(double nanos) {
    return nanos / Math.max(1, gapNanos);
  }

  /** The same, but fewer if by now none has come for longer than usual. */
  double rows(double nanos, long now) {
    return begun ? nanos / Math.max(1, Math.max(gapNanos, (double) now - lastNanos)) : 0;
  }
}
