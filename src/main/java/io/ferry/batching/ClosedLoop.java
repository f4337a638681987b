package io.ferry.batching;

/**
 * Whether those who come are those who have just got their answers: then there are nearly always as
 * many rows in here as there ever are, because a caller who has left is soon back. Independent
 * arrivals come and go: between what is here at most and on average lies much. Guarded by the
 * queue's lock.
 */
final class ClosedLoop {

  /** From this share of the most on, the average is near it. */
  private static final double NEAR = 0.8;

  /** How many rows a period has; the last whole one counts, and the one that runs. */
  private static final int PERIOD_ROWS = 100;

  private Period before = new Period();
  private Period running = new Period();
  private long lastNanos;
  private int inside;

  private static final class Period {
    private double nanos;
    private double rowNanos;
    private int most;
    private int rows;
  }

  /** So many rows have come, so that there are so many in here now. */
  void arrived(long now, int rows, int nowInside) {
    changed(now, nowInside);
    running.rows += rows;
    if (running.rows >= PERIOD_ROWS) {
      before = running;
      running = new Period();
      running.most = nowInside;
    }
  }

  /** There are so many rows in here now, waiting or on lanes. */
  void changed(long now, int nowInside) {
    running.nanos += now - lastNanos;
    running.rowNanos += (double) (now - lastNanos) * inside;
    running.most = Math.max(running.most, nowInside);
    lastNanos = now;
    inside = nowInside;
  }

  /** Whether arrivals seem to follow from answers. */
  boolean likely() {
    return before.rowNanos + running.rowNanos >= NEAR * most() * (before.nanos + running.nanos);
  }

  /** How many rows there were in here lately, at most. */
  int most() {
    return Math.max(before.most, running.most);
  }
}
