package io.ferry.batching;

/**
 * Until when a free lane waits for company to rows that do not fill a batch. It is told what
 * happens, be it in a queue or in a {@link Rehearsal}. Guarded by the queue's lock.
 */
interface WaitRule {

  /**
   * A request that has come.
   *
   * @param rows of it
   * @param waiting rows that waited before it
   * @param inFlight rows that lanes are busy with
   * @param lanes that there are
   */
  record Arrival(long nanos, int rows, int waiting, int inFlight, int lanes) {}

  /**
   * What waits.
   *
   * @param oldestNanos when the oldest row came
   * @param changedNanos when a row last came, or a lane became free
   * @param rows at least one, fewer than max-size
   * @param longest tokens of the longest of them
   * @param maxSize rows of a batch at most
   */
  record Waiting(long oldestNanos, long changedNanos, int rows, int longest, int maxSize) {}

  /** A request has come. */
  default void arrived(Arrival arrival) {}

  /**
   * A lane has become free.
   *
   * @param left rows that wait or are on another lane
   */
  default void passEnded(long now, int left) {}

  /**
   * So many rows have left as a batch.
   *
   * @param waitedNanos how long they have waited, all together
   */
  default void dispatched(long now, int rows, double waitedNanos) {}

  /** There is nothing to wait with. */
  default void nobodyWaits() {}

  /** Until when a free lane waits for the next row; {@code now} or earlier: not at all. */
  long dueNanos(long now, Waiting waiting);

  /**
   * The same whatever happens.
   *
   * @param longestNanos from the arrival of the oldest row
   * @param quietNanos while nothing changes
   */
  record Patience(long longestNanos, long quietNanos) implements WaitRule {
    @Override
    public long dueNanos(long now, Waiting waiting) {
      return Math.min(waiting.oldestNanos() + longestNanos, waiting.changedNanos() + quietNanos);
    }
  }
}
