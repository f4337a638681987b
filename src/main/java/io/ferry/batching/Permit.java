package io.ferry.batching;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Places in a queue, held by one request. {@link RequestQueue#enqueue} asks for it, so skipping
 * admission does not compile; closing it gives back what was not spent there.
 */
public final class Permit implements AutoCloseable {

  private final Admission admission;
  private final int rows;
  private final AtomicBoolean settled = new AtomicBoolean();

  Permit(Admission admission, int rows) {
    this.admission = admission;
    this.rows = rows;
  }

  /** How many rows this permit lets in. */
  public int rows() {
    return rows;
  }

  /** Hands the places on to the rows themselves. */
  void spend(Admission owner, int forRows) {
    if (owner != admission || forRows != rows || !settled.compareAndSet(false, true)) {
      throw new IllegalStateException("the permit is another queue's, for other rows, or used up");
    }
  }

  /** Gives the places back unless they were spent. Closing twice changes nothing. */
  @Override
  public void close() {
    if (settled.compareAndSet(false, true)) {
      admission.release(rows);
    }
  }
}
