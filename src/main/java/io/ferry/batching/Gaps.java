package io.ferry.batching;

import java.util.Arrays;

/**
 * The last gaps between a decision and the request that came next, of one situation. Guarded by the
 * queue's lock.
 */
final class Gaps {

  private static final int KEPT = 16;

  /** What is needed to judge by. */
  private static final int LEAST = 4;

  private final double[] nanos = new double[KEPT];
  private int seen;

  void add(double gap) {
    nanos[seen++ % KEPT] = gap;
  }

  /** Whether there are enough to judge by. */
  boolean known() {
    return seen >= LEAST;
  }

  /** Nanoseconds, the shortest first. */
  double[] ascending() {
    double[] sorted = Arrays.copyOf(nanos, Math.min(seen, KEPT));
    Arrays.sort(sorted);
    return sorted;
  }

  /** The one in the middle; only if there is one. */
  double median() {
    double[] sorted = ascending();
    return sorted[sorted.length / 2];
  }
}
