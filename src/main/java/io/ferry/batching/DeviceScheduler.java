package io.ferry.batching;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ferry.inference.Outcome.Rejection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the models of a device meet its lanes: a free lane asks what to do, and gets the batch of
 * the model whose turn it is.
 *
 * <p>Turns are start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996) on device seconds.
 * Each flow has a tag, the time at which its next batch begins were the device shared evenly: the
 * end of its last one, but never earlier than the batch that began last on the device. The least
 * tag goes first; among equals, whose row is the oldest. A batch is charged what it should take by
 * the model's {@link CostModel}, and corrected when it is known; so a model with long passes waits
 * for as many short ones as fit into them, and what a model does not use is not saved up.
 *
 * <p>One lock guards everything here and in the queues; nothing foreign is called under it.
 */
public final class DeviceScheduler {

  /** Stands for a lane's time to look again while it has been woken and has not looked yet. */
  private static final long WOKEN = Long.MIN_VALUE;

  private final Ticker ticker;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final List<Flow> flows = new ArrayList<>();

  /** Lanes that found nothing to do, with the time at which they look again, or {@link #WOKEN}. */
  @GuardedBy("lock")
  private final Map<Lane, Long> sleepingLanes = new LinkedHashMap<>();

  /** Lanes that are busy, with the time at which they should be free again. */
  @GuardedBy("lock")
  private final Map<Lane, Long> busyLanes = new LinkedHashMap<>();

  @GuardedBy("lock")
  private long virtualTime;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private boolean lost;

  /** A scheduler without models. */
  public DeviceScheduler(Ticker ticker) {
    this.ticker = ticker;
  }

  /** The lock of this and of the queues that are served here. */
  ReentrantLock lock() {
    return lock;
  }

  Ticker ticker() {
    return ticker;
  }

  // ---- models come and go

  /**
   * Serves a flow from now on, until its queue is closed and drained. On a device that is lost its
   * queue rejects, and so it does when the lanes have ended: the flow has ended then, too.
   *
   * @param first a chore for each lane to begin with, by the lane's index
   */
  public void add(Flow flow, List<? extends Chore> first) {
    boolean onLostDevice;
    boolean afterTheEnd;
    lock.lock();
    try {
      onLostDevice = lost;
      afterTheEnd = !lost && lanesEnd();
      if (!onLostDevice && !afterTheEnd) {
        for (int lane = 0; lane < first.size(); lane++) {
          flow.plan(lane, first.get(lane), ticker.nanos());
        }
        flows.add(flow);
      }
    } finally {
      lock.unlock();
    }
    if (onLostDevice) {
      turnAway(flow, "the device can run nothing any more; restart the process");
    } else if (afterTheEnd) {
      flow.queue().abandon();
      flow.ended().complete(null);
    }
    wakeAll();
  }

  /** Whether lanes have ended, or will as soon as they look. */
  @GuardedBy("lock")
  private boolean lanesEnd() {
    return closed && flows.isEmpty();
  }

  /** Lanes end as soon as the last flow has. */
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    wakeAll();
  }

  /** The device can run nothing any more: every flow is turned away and every lane ends. */
  void deviceLost() {
    giveUp("the device is lost; restart the process");
  }

  /**
   * Turns everybody away and ends every lane.
   *
   * @param why for operators
   */
  public void giveUp(String why) {
    List<Flow> all;
    lock.lock();
    try {
      lost = true;
      all = List.copyOf(flows);
      flows.clear();
    } finally {
      lock.unlock();
    }
    all.forEach(flow -> turnAway(flow, why));
    wakeAll();
  }

  private void turnAway(Flow flow, String why) {
    // For good: a lane that is still inside may find that the model works.
    flow.queue().end(Rejection.UNAVAILABLE);
    flow.listener().unavailable(why);
    endIfLeft(flow);
  }

  /** On a device that is lost a flow ends when the last lane has left its model. */
  private void endIfLeft(Flow flow) {
    boolean left;
    lock.lock();
    try {
      left = lost && !flow.laneInside();
    } finally {
      lock.unlock();
    }
    if (left) {
      flow.ended().complete(null);
    }
  }

  // ---- the lanes' side

  /** What a free lane is to do now; what it gets is to be given back when it is done. */
  Work take(long now, Lane lane) {
    List<Flow> ended = new ArrayList<>(0);
    Optional<Lane> another = Optional.empty();
    Work work;
    lock.lock();
    try {
      sleepingLanes.remove(lane);
      busyLanes.remove(lane);
      Optional<Flow> next = next(now, lane, ended);
      if (lost) {
        work = new Work.Lost();
      } else if (next.isPresent()) {
        virtualTime = next.get().startTag(virtualTime);
        work = next.get().take(now, lane, virtualTime);
        long expected = work instanceof Work.Serve serve ? serve.chargedNanos() : 0;
        busyLanes.put(lane, now + expected);
        another = laneToWake(now);
      } else {
        work = sleep(now, lane);
      }
    } finally {
      lock.unlock();
    }
    ended.forEach(flow -> flow.ended().complete(null));
    another.ifPresent(it -> it.parker().unpark());
    if (work instanceof Work.Closed) {
      // The others sleep, and would not learn that this was the last.
      wakeAll();
    }
    return work;
  }

  /** The flow whose turn it is, among those that have something due; forgets those that ended. */
  @GuardedBy("lock")
  private Optional<Flow> next(long now, Lane lane, List<Flow> ended) {
    Optional<Flow> next = Optional.empty();
    for (Iterator<Flow> all = flows.iterator(); all.hasNext(); ) {
      Flow flow = all.next();
      if (flow.drained()) {
        flow.queue().end(Rejection.DRAINING);
        all.remove();
        ended.add(flow);
      } else if (flow.dueNanos(now, lane) <= now && (next.isEmpty() || before(flow, next.get()))) {
        next = Optional.of(flow);
      }
    }
    return next;
  }

  @GuardedBy("lock")
  private boolean before(Flow one, Flow other) {
    long tag = one.startTag(virtualTime);
    long otherTag = other.startTag(virtualTime);
    return tag != otherTag
        ? tag < otherTag
        : one.queue().oldestNanos() < other.queue().oldestNanos();
  }

  @GuardedBy("lock")
  private Work sleep(long now, Lane lane) {
    if (lanesEnd()) {
      return new Work.Closed();
    }
    long until = Flow.NEVER;
    for (Flow flow : flows) {
      until = Math.min(until, flow.dueNanos(now, lane));
    }
    sleepingLanes.put(lane, until);
    return until == Flow.NEVER ? new Work.Idle() : new Work.WaitUntil(until);
  }

  /** A lane is done with the rows it took. */
  void passEnded(Work.Serve served, long nanos) {
    lock.lock();
    try {
      served.flow().queue().passEnded(served.rows().size(), nanos);
      served.flow().charge(nanos - served.chargedNanos());
    } finally {
      lock.unlock();
    }
    endIfLeft(served.flow());
  }

  /** A lane is done with a step of a chore. */
  void stepEnded(Work.Step step, Lane lane, Chore.Next next, long nanos) {
    lock.lock();
    try {
      step.flow().choreStepped();
      step.flow().charge(nanos);
      if (next instanceof Chore.Next.Again(long due)) {
        step.flow().plan(lane.index(), step.chore(), due);
      }
    } finally {
      lock.unlock();
    }
    endIfLeft(step.flow());
  }

  /** Plans a chore for the lane that asks: it is not asleep. */
  void plan(Flow flow, Lane lane, Chore chore) {
    lock.lock();
    try {
      flow.plan(lane.index(), chore, ticker.nanos());
    } finally {
      lock.unlock();
    }
  }

  /** When a lane should be free to begin something new, {@code now} at the earliest. */
  long freeNanos(long now) {
    lock.lock();
    try {
      long free = Flow.NEVER;
      for (long end : busyLanes.values()) {
        free = Math.min(free, end);
      }
      return sleepingLanes.isEmpty() && free != Flow.NEVER ? Math.max(now, free) : now;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Device seconds that arriving work would need per second and lane, in the most efficient
   * batches: from 1 on more comes than can be served. Work that is refused counts as well.
   *
   * @param now the time on the ticker's clock
   */
  public double saturation(long now) {
    lock.lock();
    try {
      double load = 0;
      for (Flow flow : flows) {
        load += flow.queue().load(now);
      }
      return load / lanes();
    } finally {
      lock.unlock();
    }
  }

  /** How many lanes run batches; at least 1. */
  int lanes() {
    lock.lock();
    try {
      return Math.max(1, busyLanes.size() + sleepingLanes.size());
    } finally {
      lock.unlock();
    }
  }

  // ---- waking lanes

  /** The first sleeping lane that would otherwise sleep past the time it has something to do. */
  Optional<Lane> laneToWake(long now) {
    lock.lock();
    try {
      for (Map.Entry<Lane, Long> sleeping : sleepingLanes.entrySet()) {
        for (Flow flow : flows) {
          if (flow.dueNanos(now, sleeping.getKey()) < sleeping.getValue()) {
            sleeping.setValue(WOKEN);
            return Optional.of(sleeping.getKey());
          }
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Makes every lane look again. */
  void wakeAll() {
    List<Lane> lanes;
    lock.lock();
    try {
      lanes = List.copyOf(sleepingLanes.keySet());
      sleepingLanes.replaceAll((lane, until) -> WOKEN);
    } finally {
      lock.unlock();
    }
    lanes.forEach(lane -> lane.parker().unpark());
  }
}
