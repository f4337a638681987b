package io.ferry.batching;

import java.time.Duration;

/**
 * How fast the device empties a queue: exponentially weighted moving averages over passes. Guarded
 * by the queue's lock.
 */
final class DrainRate {

  private static final double WEIGHT = 0.1;

  private double passNanos;
  private double nanosPerRow;

  /** Learns from one pass. */
  void observe(int rows, long nanos) {
    passNanos = blend(passNanos, (double) nanos);
    nanosPerRow = blend(nanosPerRow, (double) nanos / rows);
  }

  private static double blend(double average, double sample) {
    return average == 0 ? sample : average + WEIGHT * (sample - average);
  }

  /** How long a pass takes; 0 before the first. */
  long passNanos() {
    return Math.round(passNanos);
  }

  /** How long so many rows take to leave. */
  Duration drain(int rows) {
    return Duration.ofNanos(Math.round(rows * nanosPerRow));
  }
}
