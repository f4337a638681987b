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
   * A parker for the thread that calls this, for waits that are a measurement's: it ends them
   * within microseconds of their time. The kernel alone is about 90 us late (its timers' slack of
   * 50, and the way to a core), so the last part of a wait is spent awake.
   */
  public Parker punctualParkerOfCurrentThread() {
    return new PunctualParker(Thread.currentThread());
  }

  /**
   * Parks its owner. Every wait in Ferry ends by its own deadline or by an unpark, so an interrupt
   * is dropped: left set, it would turn each later park into a spin.
   */
  private class ThreadParker implements Parker {

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

  /** Sleeps less than it is told, and waits for the rest awake. */
  private final class PunctualParker extends ThreadParker {

    /** A little more than what a park is late by. */
    private static final long AWAKE_NANOS = 100_000;

    PunctualParker(Thread owner) {
      super(owner);
    }

    @Override
    public void parkUntil(long nanos) {
      if (nanos - nanos() > AWAKE_NANOS) {
        super.parkUntil(nanos - AWAKE_NANOS);
      } else {
        while (nanos() < nanos) {
          Thread.onSpinWait();
        }
      }
    }
  }
}
