package io.ferry.inference;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that many hold together, never more than there are. */
public final class MemoryBudget {

  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * So many bytes.
   *
   * @param most that all hold together
   */
  public MemoryBudget(long most) {
    this.most = most;
  }

  /** How many bytes there are. */
  long most() {
    return most;
  }

  /** What one of them holds; nothing yet. */
  public Share share() {
    return new Share();
  }

  /** What one of them holds. Any thread may use it. */
  public final class Share {

    private long taken;
    private boolean ended;

    private Share() {}

    /**
     * Holds more.
     *
     * @param bytes by so many
     * @return whether there is room for them; if not, or after the end, nothing is taken
     */
    public synchronized boolean grow(long bytes) {
      return hold(taken + bytes);
    }

    /**
     * Holds so many, in place of what it held before.
     *
     * @return whether there is room for them; if not, or after the end, nothing changes
     */
    synchronized boolean hold(long bytes) {
      if (ended) {
        return false;
      }
      long more = bytes - taken;
      long before;
      do {
        before = held.get();
        if (more > 0 && before + more > most) {
          return false;
        }
      } while (more != 0 && !held.compareAndSet(before, before + more));
      taken = bytes;
      return true;
    }

    /** Whether it has ended. */
    synchronized boolean ended() {
      return ended;
    }

    /** Gives everything back, for good. */
    public synchronized void end() {
      ended = true;
      held.addAndGet(-taken);
      taken = 0;
    }
  }
}
