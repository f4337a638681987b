package io.ferry.batching;

import io.ferry.inference.Outcome;
import java.util.UUID;

/**
 * The loop of one lane: ask the scheduler, run the batch, repeat. It is the only caller of {@link
 * ModelInstance#forward} and runs on the lane's own thread.
 *
 * <p>Design note. The lane asks only when it is free, so the members of a batch are chosen as late
 * as they can be; nothing is prepared ahead, and what came while the last batch ran is the next
 * one. Waiting happens in one place, through the {@link Parker} that the scheduler wakes, so a loop
 * that serves never polls. Nothing that a model does ends the loop: a pass that fails is a value
 * ({@link PassResult}), and a model that fails whole batches in a row is tried with rows known to
 * be good ({@link Probe}). Only a lost device ends the loop.
 */
public final class DeviceLoop {

  /** Why the loop ended. */
  public enum Ending {
    /** The scheduler was closed, and everything in it was served. */
    DRAINED,
    /** The device can run nothing any more. */
    DEVICE_LOST
  }

  private final DeviceScheduler scheduler;
  private final Lane lane;
  private final Ticker ticker;
  private final Heartbeat heartbeat;

  /**
   * A loop for the calling thread.
   *
   * @param scheduler says what to do
   * @param lane parks the thread that will call {@link #run}
   * @param heartbeat told of every step
   */
  public DeviceLoop(DeviceScheduler scheduler, Lane lane, Heartbeat heartbeat) {
    this.scheduler = scheduler;
    this.lane = lane;
    this.ticker = scheduler.ticker();
    this.heartbeat = heartbeat;
  }

  /** Serves until the scheduler is closed and every queue is empty, or the device is lost. */
  public Ending run() {
    while (true) {
      switch (scheduler.take(ticker.nanos(), lane)) {
        case Work.Serve batch -> serve(batch);
        case Work.Step step -> step(step);
        case Work.WaitUntil(long nanos) -> lane.parker().parkUntil(nanos);
        case Work.Idle() -> lane.parker().park();
        case Work.Closed() -> {
          return Ending.DRAINED;
        }
        case Work.Lost() -> {
          return Ending.DEVICE_LOST;
        }
      }
    }
  }

  private void serve(Work.Serve batch) {
    batch.expired().forEach(entry -> entry.complete(new Outcome.Expired()));
    if (batch.rows().isEmpty()) {
      return;
    }
    Flow flow = batch.flow();
    long start = ticker.nanos();
    BatchExecution.Verdict verdict;
    try {
      batch.rows().forEach(entry -> flow.listener().rowDequeued(start - entry.arrivalNanos()));
      verdict = flow.execution(lane).run(batch.rows(), lane, heartbeat);
    } catch (RuntimeException | Error bug) {
      // The callers of rows that a bug left open must not wait for the deadline.
      String id = UUID.randomUUID().toString();
      batch.rows().forEach(entry -> entry.complete(new Outcome.Failed(id)));
      throw new IllegalStateException("failure " + id, bug);
    } finally {
      scheduler.passEnded(batch, ticker.nanos() - start);
    }
    switch (verdict) {
      case SERVED -> flow.served();
      case ALL_FAILED -> {
        if (flow.failed()) {
          scheduler.plan(flow, lane, flow.probe(lane, ticker));
        }
      }
      case DEVICE_LOST -> scheduler.deviceLost();
    }
  }

  private void step(Work.Step step) {
    long start = ticker.nanos();
    // A chore must not be lost to a bug: a queue that a probe has shut would stay shut.
    Chore.Next next = new Chore.Next.Again(start);
    try {
      next = step.chore().step(heartbeat);
    } finally {
      scheduler.stepEnded(step, lane, next, ticker.nanos() - start);
    }
    if (next instanceof Chore.Next.DeviceLost) {
      scheduler.deviceLost();
    }
  }
}
