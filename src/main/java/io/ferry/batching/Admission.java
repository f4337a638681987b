package io.ferry.batching;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the places of a queue. A request takes as many as it has rows, or none, before any work is
 * done for it. Any thread may call this.
 */
class Admission {

  private final int capacity;
  private final AtomicInteger taken = new AtomicInteger();

  Admission(int capacity) {
    this.capacity = capacity;
  }

  /** Takes {@code rows} places at once; empty if there are not so many. */
  Optional<Permit> tryAcquire(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("a permit is for at least one row, not " + rows);
    }
    while (true) {
      int now = taken.get();
      if (now + (long) rows > capacity) {
        return Optional.empty();
      }
      if (taken.compareAndSet(now, now + rows)) {
        return Optional.of(new Permit(this, rows));
      }
    }
  }

  /** Gives places back. */
  void release(int rows) {
    int left = taken.addAndGet(-rows);
    if (left < 0) {
      throw new IllegalStateException("more places given back than taken; this is a bug");
    }
  }

  /** Places taken, by waiting rows and by permits not yet spent. */
  int taken() {
    return taken.get();
  }
}
