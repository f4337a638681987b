package io.ferry.grpc;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The calls whose answer is not sent yet: the server ends when there are none. */
@Singleton
public class OpenCalls {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition none = lock.newCondition();
  private int open;

  OpenCalls() {}

  void began() {
    lock.lock();
    try {
      open++;
    } finally {
      lock.unlock();
    }
  }

  void ended() {
    lock.lock();
    try {
      open--;
      if (open == 0) {
        none.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there are none.
   *
   * @return how many there are still, after that time
   */
  public int awaitNone(Duration atMost) {
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (open > 0 && left > 0) {
        left = none.awaitNanos(left);
      }
      return open;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return open;
    } finally {
      lock.unlock();
    }
  }
}
