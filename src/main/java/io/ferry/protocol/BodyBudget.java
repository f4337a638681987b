package io.ferry.protocol;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what the bodies of all requests of all protocols take together. Admission counts rows, but
 * a body is in memory before its rows are known, and many large ones at once would take the heap.
 */
public final class BodyBudget {

  private static final int SHARE_OF_HEAP = 8;

  private final long most;
  private final AtomicLong held = new AtomicLong();

  /** An eighth of the heap; one body of the largest size is always let in. */
  public BodyBudget(BodyLimit limit) {
    this(Math.max(limit.bytes(), Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
  }

  /**
   * So many bytes.
   *
   * @param most of all bodies together
   */
  BodyBudget(long most) {
    this.most = most;
  }

  /** What a body takes that begins to arrive. */
  public Share share() {
    return new Share();
  }

  /** What one body takes. Any thread may use it. */
  public final class Share {

    private long taken;
    private boolean ended;

    private Share() {}

    /**
     * The body grows.
     *
     * @param bytes by so many
     * @return whether there is room for them; if not, or after the end, nothing is taken
     */
    public synchronized boolean grow(long bytes) {
      if (ended) {
        return false;
      }
      if (held.addAndGet(bytes) > most) {
        held.addAndGet(-bytes);
        return false;
      }
      taken += bytes;
      return true;
    }

    /** The body is in memory no more. */
    public synchronized void end() {
      ended = true;
      held.addAndGet(-taken);
      taken = 0;
    }
  }
}
