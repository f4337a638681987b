package io.ferry.batching;

import io.ferry.batching.Decision.Closed;
import io.ferry.batching.Decision.Dispatch;
import io.ferry.batching.Decision.Idle;
import io.ferry.batching.Decision.WaitUntil;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * The loop of one lane: ask the queue, run the batch, repeat. It is the only caller of {@link
 * ModelInstance#forward} and runs on the device's own thread.
 *
 * <p>Design note. The lane asks only when it is free, so the members of a batch are chosen as late
 * as they can be; nothing is prepared ahead, and what came while the last batch ran is the next
 * one. Waiting happens in one place, through the {@link Parker} that the queue wakes, so a loop
 * that serves never polls. Nothing that a model does ends the loop: a pass that fails is a value
 * ({@link PassResult}), and a model that has failed whole batches {@value #FAILURES_BEFORE_PROBE}
 * times in a row is tried with rows known to be good. If these pass, the callers' rows were at
 * fault and serving goes on; if they fail, the model is unavailable until they pass. Only a lost
 * device ends the loop.
 */
public final class DeviceLoop {

  /** Why the loop ended. */
  public enum Ending {
    /** The queue was closed, and everything in it was served. */
    DRAINED,
    /** The device can run nothing any more. */
    DEVICE_LOST
  }

  private static final int FAILURES_BEFORE_PROBE = 3;
  private static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);

  private final RequestQueue queue;
  private final ModelInstance model;
  private final List<ModelInput> knownGood;
  private final Ticker ticker;
  private final Parker lane;
  private final Heartbeat heartbeat;
  private final ServingListener listener;
  private final BatchExecution execution;
  private int failuresInARow;

  /**
   * A loop for the calling thread.
   *
   * @param queue what to serve
   * @param model what to serve it with
   * @param knownGood rows that this model has served before, to tell a broken model from bad rows
   * @param ticker the clock
   * @param lane parks the thread that will call {@link #run}
   * @param heartbeat told of every step
   * @param listener told of what happened
   */
  public DeviceLoop(
      RequestQueue queue,
      ModelInstance model,
      List<ModelInput> knownGood,
      Ticker ticker,
      Parker lane,
      Heartbeat heartbeat,
      ServingListener listener) {
    this.queue = queue;
    this.model = model;
    this.knownGood = List.copyOf(knownGood);
    this.ticker = ticker;
    this.lane = lane;
    this.heartbeat = heartbeat;
    this.listener = listener;
    this.execution = new BatchExecution(queue, model, ticker, heartbeat, listener);
  }

  /** Serves until the queue is closed and empty, or the device is lost. */
  public Ending run() {
    while (true) {
      switch (queue.take(ticker.nanos(), lane)) {
        case Dispatch batch -> {
          if (serve(batch) == BatchExecution.Verdict.DEVICE_LOST) {
            queue.suspend(Rejection.UNAVAILABLE);
            listener.unavailable("the device is lost; restart the process");
            return Ending.DEVICE_LOST;
          }
        }
        case WaitUntil(long nanos) -> lane.parkUntil(nanos);
        case Idle() -> lane.park();
        case Closed() -> {
          return Ending.DRAINED;
        }
      }
    }
  }

  private BatchExecution.Verdict serve(Dispatch batch) {
    batch.expired().forEach(entry -> entry.complete(new Outcome.Expired()));
    if (batch.rows().isEmpty()) {
      return BatchExecution.Verdict.SERVED;
    }
    long start = ticker.nanos();
    BatchExecution.Verdict verdict;
    try {
      batch.rows().forEach(entry -> listener.rowDequeued(start - entry.arrivalNanos()));
      verdict = execution.run(batch.rows());
    } catch (RuntimeException | Error bug) {
      // The callers of rows that a bug left open must not wait for the deadline.
      String id = UUID.randomUUID().toString();
      batch.rows().forEach(entry -> entry.complete(new Outcome.Failed(id)));
      throw new IllegalStateException("failure " + id, bug);
    } finally {
      queue.passEnded(batch.rows().size(), ticker.nanos() - start);
    }
    switch (verdict) {
      case SERVED -> failuresInARow = 0;
      case ALL_FAILED -> {
        if (++failuresInARow >= FAILURES_BEFORE_PROBE) {
          failuresInARow = 0;
          return probe() instanceof PassResult.DeviceLost
              ? BatchExecution.Verdict.DEVICE_LOST
              : verdict;
        }
      }
      case DEVICE_LOST -> {}
    }
    return verdict;
  }

  /** Tries the model with good rows, again and again while they fail; rejects callers meanwhile. */
  private PassResult probe() {
    PassResult result = tryKnownGood();
    if (result instanceof PassResult.Done) {
      return result;
    }
    queue.suspend(Rejection.UNAVAILABLE);
    listener.unavailable("the model fails every batch, also rows that it served before");
    while (!(result instanceof PassResult.Done) && !(result instanceof PassResult.DeviceLost)) {
      long again = ticker.nanos() + PROBE_INTERVAL.toNanos();
      while (ticker.nanos() < again) {
        switch (queue.take(ticker.nanos(), lane)) {
          case Closed() -> {
            return result;
          }
          case WaitUntil(long nanos) -> lane.parkUntil(Math.min(nanos, again));
          case Idle() -> lane.parkUntil(again);
          case Dispatch rows ->
              throw new IllegalStateException("a suspended queue has no rows; this is a bug");
        }
      }
      result = tryKnownGood();
    }
    if (result instanceof PassResult.Done) {
      queue.resume();
      listener.available();
    }
    return result;
  }

  private PassResult tryKnownGood() {
    List<Sample> samples = knownGood.stream().map(Sample::new).toList();
    PassResult result = GuardedPass.run(model, new Batch(samples), heartbeat);
    if (result instanceof PassResult.Done && !samples.stream().allMatch(Sample::wellAnswered)) {
      return new PassResult.Faulted(
          new IllegalStateException("the model gave no answer, or one that is not finite"));
    }
    return result;
  }
}
