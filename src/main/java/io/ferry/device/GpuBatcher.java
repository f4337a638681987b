package io.ferry.device;

import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.SystemTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Owns the platform threads of the devices, one a lane: starts them, watches them, ends them. All
 * forward passes happen there, see {@link io.ferry.batching.DeviceLoop}.
 */
public final class GpuBatcher {

  private final DeviceScheduler scheduler;
  private final Duration stallAfter;
  private final List<LaneThread> lanes;

  /**
   * A batcher that is not started.
   *
   * @param lanes the device of each lane, such as {@code cpu}; for the names of threads
   * @param scheduler says what the lanes do
   * @param time real time
   * @param stallAfter how long a step may take before the device counts as hung
   */
  public GpuBatcher(
      List<String> lanes, DeviceScheduler scheduler, SystemTime time, Duration stallAfter) {
    this.scheduler = scheduler;
    this.stallAfter = stallAfter;
    List<LaneThread> threads = new ArrayList<>(lanes.size());
    for (int index = 0; index < lanes.size(); index++) {
      String name = "ferry-device-" + lanes.get(index) + "-" + index;
      threads.add(new LaneThread(name, index, scheduler, time));
    }
    this.lanes = List.copyOf(threads);
  }

  /** Starts the lanes; returns at once. */
  public void start() {
    lanes.forEach(LaneThread::start);
  }

  /** What is wrong with the lanes, for liveness; empty if nothing is. Idle is well. */
  public Optional<String> trouble() {
    return lanes.stream().flatMap(lane -> lane.trouble(stallAfter).stream()).findFirst();
  }

  /** The lanes end when every queue is closed and drained. */
  public void close() {
    scheduler.close();
  }

  /**
   * Waits for the lanes' end.
   *
   * @param end when to give up, on the clock of {@code time}
   * @return whether all have ended
   */
  boolean join(SystemTime time, long end) throws InterruptedException {
    for (LaneThread lane : lanes) {
      if (!lane.join(Duration.ofNanos(Math.max(1, end - time.nanos())))) {
        return false;
      }
    }
    return true;
  }
}
