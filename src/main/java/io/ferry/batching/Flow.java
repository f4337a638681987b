package io.ferry.batching;

import io.ferry.batching.Decision.Dispatch;
import io.ferry.inference.ModelInput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One model's part in a device: its queue, what runs its batches on each lane, and how much of the
 * device's time it has had.
 */
public final class Flow {

  static final long NEVER = Long.MAX_VALUE;
  private static final int FAILURES_BEFORE_PROBE = 3;

  private record Planned(Chore chore, long dueNanos) {}

  private final RequestQueue queue;
  private final List<? extends ModelInstance> instances;
  private final List<BatchExecution> executions;
  private final List<? extends ModelInput> knownGood;
  private final ServingListener listener;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  // Shared by the lanes that serve it.
  private final AtomicInteger failuresInARow = new AtomicInteger();
  private final AtomicBoolean probing = new AtomicBoolean();

  // Guarded by the scheduler's lock, touched by the scheduler's calls alone.
  private final Map<Integer, Planned> chores = new HashMap<>();
  private int choresRunning;
  private long finishTag;

  /**
   * A flow that is not scheduled yet.
   *
   * @param queue whose rows it serves
   * @param instances what serves them, one for each lane
   * @param knownGood rows that the model surely serves, to tell a broken model from bad rows
   * @param ticker the clock
   * @param listener told of what happens
   */
  public Flow(
      RequestQueue queue,
      List<? extends ModelInstance> instances,
      List<? extends ModelInput> knownGood,
      Ticker ticker,
      ServingListener listener) {
    this.queue = queue;
    this.instances = List.copyOf(instances);
    this.executions =
        instances.stream().map(it -> new BatchExecution(queue, it, ticker, listener)).toList();
    this.knownGood = List.copyOf(knownGood);
    this.listener = listener;
  }

  /**
   * Completes when the queue is closed, everything in it was served, and no lane is inside; on a
   * device that is lost as soon as no lane is inside.
   */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  RequestQueue queue() {
    return queue;
  }

  ServingListener listener() {
    return listener;
  }

  BatchExecution execution(Lane lane) {
    return executions.get(lane.index());
  }

  // ---- a model that fails

  /** At least one row was served. */
  void served() {
    failuresInARow.set(0);
  }

  /** A batch failed whole; says whether it is time to find out if the model still works. */
  boolean failed() {
    if (failuresInARow.incrementAndGet() < FAILURES_BEFORE_PROBE) {
      return false;
    }
    failuresInARow.set(0);
    return probing.compareAndSet(false, true);
  }

  Chore probe(Lane lane, Ticker ticker) {
    return new Probe(this, instances.get(lane.index()), knownGood, ticker);
  }

  void probeEnded() {
    probing.set(false);
  }

  // ---- its turn, behind the scheduler's lock

  /** When it has something for the lane to do; {@link #NEVER} if nothing is planned. */
  long dueNanos(long now, Lane lane) {
    Planned chore = chores.get(lane.index());
    long due = queue.dueNanos(now);
    return chore == null ? due : Math.min(due, chore.dueNanos());
  }

  /** Where its next batch begins in virtual time: an idle flow saves nothing up. */
  long startTag(long virtualTime) {
    return Math.max(virtualTime, finishTag);
  }

  /** Takes what is due: a chore before rows. */
  Work take(long now, Lane lane, long virtualTime) {
    Planned planned = chores.get(lane.index());
    if (planned != null && planned.dueNanos() <= now) {
      chores.remove(lane.index());
      choresRunning++;
      finishTag = startTag(virtualTime);
      return new Work.Step(this, planned.chore());
    }
    Dispatch batch = queue.dispatch(now);
    long charged = batch.rows().isEmpty() ? 0 : queue.expectedNanos(new Batch(batch.rows()));
    finishTag = startTag(virtualTime) + charged;
    return new Work.Serve(this, batch.rows(), batch.expired(), charged);
  }

  /** Puts down device time that was not charged before, or charged too much. */
  void charge(long nanos) {
    finishTag += nanos;
  }

  void plan(int lane, Chore chore, long dueNanos) {
    chores.put(lane, new Planned(chore, dueNanos));
  }

  void choreStepped() {
    choresRunning--;
  }

  /** Whether a lane runs rows or a chore of it. */
  boolean laneInside() {
    return choresRunning > 0 || queue.inFlight();
  }

  /** Whether nothing is left to do, and nothing will come; what was planned is dropped then. */
  boolean drained() {
    return choresRunning == 0 && queue.drained();
  }
}
