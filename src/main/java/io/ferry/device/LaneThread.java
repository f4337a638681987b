package io.ferry.device;

import io.ferry.batching.DeviceLoop;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.Lane;
import io.ferry.batching.Parker;
import io.ferry.batching.SystemTime;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * A lane's platform thread, from first to last: it runs the loop, and a bug in our own code does
 * not end the service.
 */
final class LaneThread {

  private static final Logger LOG = Logger.getLogger(LaneThread.class);
  private static final Duration PAUSE_AFTER_BUG = Duration.ofMillis(100);
  private static final Duration CALM = Duration.ofSeconds(10);
  private static final int BUGS_BEFORE_GIVING_UP = 10;

  private final int index;
  private final DeviceScheduler scheduler;
  private final SystemTime time;
  private final Heartbeat heartbeat;
  private final Thread thread;

  // Written by the lane's thread, read by health.
  private volatile boolean ended;
  private volatile Optional<String> trouble = Optional.empty();

  /**
   * A lane that is not started.
   *
   * @param name of the thread
   * @param index of the lane, from 0
   */
  LaneThread(String name, int index, DeviceScheduler scheduler, SystemTime time) {
    this.index = index;
    this.scheduler = scheduler;
    this.time = time;
    this.heartbeat = new Heartbeat(time);
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Waits for its end; says whether it came. */
  boolean join(Duration atMost) throws InterruptedException {
    return thread.join(atMost);
  }

  /** What is wrong with the lane, for liveness; empty if nothing is. Idle is well. */
  Optional<String> trouble(Duration stallAfter) {
    if (trouble.isPresent()) {
      return trouble;
    }
    if (!ended && !thread.isAlive()) {
      return Optional.of("the device's thread has died");
    }
    Duration age = heartbeat.stepAge();
    if (age.compareTo(stallAfter) > 0) {
      return Optional.of("the current step has been running for " + age.toSeconds() + " s");
    }
    return Optional.empty();
  }

  private void run() {
    Parker parker = time.parkerOfCurrentThread();
    int bugs = 0;
    while (!ended) {
      long start = time.nanos();
      try {
        DeviceLoop loop = new DeviceLoop(scheduler, new Lane(index, parker), heartbeat);
        if (loop.run() == DeviceLoop.Ending.DEVICE_LOST) {
          trouble = Optional.of("the device is lost");
        }
        ended = true;
      } catch (RuntimeException | Error bug) {
        heartbeat.stepEnds();
        LOG.error("A bug on the device's thread; its batch failed", bug);
        bugs = time.nanos() - start > CALM.toNanos() ? 1 : bugs + 1;
        if (bugs == BUGS_BEFORE_GIVING_UP) {
          trouble = Optional.of("bugs in a row on the device's thread; the log has them");
          scheduler.giveUp("the device's thread has given up");
          ended = true;
        } else {
          parker.parkUntil(time.nanos() + PAUSE_AFTER_BUG.toNanos());
        }
      }
    }
  }
}
