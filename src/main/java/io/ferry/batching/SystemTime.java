package io.ferry.batching;

import java.util.concurrent.locks.LockSupport;

/** Real time: the JVM's monotonic clock, and parking of real (platform or virtual) threads. */
public final class SystemTime implements Ticker {

  private final long origin = System.nanoTime();

  @Override
  public long nanos() {
    return System.nanoTime() - origin;
  }

  /** Milliseconds since 1970, for people; it may jump, so nothing is measured with it. */
  public long epochMillis() {
    return System.currentTimeMillis();
  }

  /** A parker for the thread that calls this. */
  public Parker parkerOfCurrentThread() {
    return new ThreadParker(Thread.currentThread());
  }

  /**
   * Parks its owner. Every wait in Ferry ends by its own deadline or by an unpark, so an interrupt
   * is dropped: left set, it would turn each later park into a spin.
   */
  private final class ThreadParker implements Parker {

    private final Thread owner;

    ThreadParker(Thread owner) {
      this.owner = owner;
    }

    @Override
    public void parkUntil(long nanos) {
      long left = nanos - nanos();
      if (left > 0) {
        LockSupport.parkNanos(this, left);
        Thread.interrupted();
      }
    }

    @Override
    public void park() {
      LockSupport.park(this);
      Thread.interrupted();
    }

    @Override
    public void unpark() {
      LockSupport.unpark(owner);
    }
  }
}
