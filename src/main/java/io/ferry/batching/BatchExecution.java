package io.ferry.batching;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import io.ferry.inference.Prediction;
import io.ferry.inference.Timings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * Runs the rows that left the queue together and ends each of them once. One failed row is not
 * everyone's failure: a batch that fails is halved until the row at fault is alone. Belongs to one
 * lane's thread.
 *
 * <p>Halving costs at most 2·log2(n)+1 passes beyond the first, enough to find one row among n;
 * when they are spent, the rest fails, too. A batch too large for the device's memory is halved as
 * well, but that is nobody's fault: those passes are not counted, and later batches stay that small
 * until {@value #PASSES_BEFORE_REGROWTH} passes have gone well.
 */
final class BatchExecution {

  /** How it went for the rows as a whole. */
  enum Verdict {
    /** At least one row was served, or none was left to serve. */
    SERVED,
    /** Every row that ran failed. */
    ALL_FAILED,
    /** The device is gone. */
    DEVICE_LOST
  }

  private static final int PASSES_BEFORE_REGROWTH = 256;

  private final RequestQueue queue;
  private final ModelInstance model;
  private final Ticker ticker;
  private final ServingListener listener;
  private int goodPasses;

  BatchExecution(RequestQueue queue, ModelInstance model, Ticker ticker, ServingListener listener) {
    this.queue = queue;
    this.model = model;
    this.ticker = ticker;
    this.listener = listener;
  }

  Verdict run(List<Entry> entries, Lane lane, Heartbeat heartbeat) {
    Deque<List<Entry>> parts = new ArrayDeque<>();
    parts.push(entries);
    // The first pass is no extra one.
    int passesLeft = 1 + 2 * log2(entries.size()) + 1;
    int limitBefore = queue.batchLimit();
    boolean served = false;
    boolean failed = false;
    while (!parts.isEmpty()) {
      List<Entry> part = stillWanted(parts.pop());
      if (part.isEmpty()) {
        continue;
      }
      if (passesLeft-- == 0) {
        fail(part, new SplitBudgetSpent());
        parts.forEach(rest -> fail(stillWanted(rest), new SplitBudgetSpent()));
        return served ? Verdict.SERVED : Verdict.ALL_FAILED;
      }
      long started = ticker.nanos();
      switch (forward(part, lane, heartbeat)) {
        case PassResult.Done() -> {
          boolean anyServed = complete(part, started);
          served |= anyServed;
          failed |= !anyServed;
        }
        case PassResult.Faulted(Throwable cause) -> {
          failed = true;
          listener.passFailed(part.size(), cause);
          halve(part, parts, cause);
        }
        case PassResult.OutOfMemory(Throwable cause) -> {
          failed |= part.size() == 1;
          listener.passFailed(part.size(), cause);
          shrink(part.size(), limitBefore);
          halve(part, parts, cause);
          passesLeft += 2;
        }
        case PassResult.DeviceLost(Throwable cause) -> {
          listener.passFailed(part.size(), cause);
          reject(part);
          parts.forEach(this::reject);
          return Verdict.DEVICE_LOST;
        }
      }
    }
    return failed && !served ? Verdict.ALL_FAILED : Verdict.SERVED;
  }

  /** A row that expired, was cancelled or lost its client never costs device time. */
  private List<Entry> stillWanted(List<Entry> entries) {
    long now = ticker.nanos();
    List<Entry> wanted = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      if (entry.expiredAt(now)) {
        entry.complete(new Outcome.Expired());
      } else if (!entry.ended()) {
        wanted.add(entry);
      }
    }
    return wanted;
  }

  private PassResult forward(List<Entry> entries, Lane lane, Heartbeat heartbeat) {
    entries.forEach(Entry::forgetAnswer);
    long start = ticker.nanos();
    PassResult result = GuardedPass.run(model, new Batch(entries), heartbeat);
    listener.passEnded(lane.index(), ticker.nanos() - start);
    long unanswered = entries.stream().filter(entry -> entry.answer().isEmpty()).count();
    if (result instanceof PassResult.Done && unanswered > 0) {
      return new PassResult.Faulted(
          new IllegalStateException(
              "the model answered all but " + unanswered + " of " + entries.size() + " rows"));
    }
    return result;
  }

  /** Hands out the answers of a pass that is done; says whether there was one that can be used. */
  private boolean complete(List<Entry> entries, long started) {
    long nanos = ticker.nanos() - started;
    boolean anyServed = false;
    for (Entry entry : entries) {
      Prediction prediction = entry.answer().orElseThrow();
      if (prediction.finite()) {
        anyServed = true;
        Timings timings = new Timings(started - entry.arrivalNanos(), nanos, entries.size());
        entry.complete(new Outcome.Completed(prediction, timings));
      } else {
        fail(List.of(entry), new IllegalStateException("the model's output is not finite"));
      }
    }
    Batch batch = new Batch(entries);
    queue.passServed(batch, nanos);
    listener.passServed(batch, nanos);
    grow();
    return anyServed;
  }

  private void halve(List<Entry> part, Deque<List<Entry>> parts, Throwable cause) {
    if (part.size() == 1) {
      fail(part, cause);
      return;
    }
    int middle = part.size() / 2;
    parts.push(part.subList(middle, part.size()));
    parts.push(part.subList(0, middle));
  }

  private void shrink(int tooLarge, int limitBefore) {
    goodPasses = 0;
    // A row that is too large alone was what made its batches too large; others need not be small.
    queue.limitBatch(tooLarge == 1 ? limitBefore : Math.min(queue.batchLimit(), tooLarge / 2));
  }

  private void grow() {
    if (++goodPasses % PASSES_BEFORE_REGROWTH == 0) {
      // The queue keeps it within the policy.
      queue.limitBatch(queue.batchLimit() * 2);
    }
  }

  private void fail(List<Entry> entries, Throwable cause) {
    for (Entry entry : entries) {
      String id = UUID.randomUUID().toString();
      if (entry.complete(new Outcome.Failed(id))) {
        listener.rowFailed(id, cause);
      }
    }
  }

  private void reject(List<Entry> entries) {
    Outcome rejected = new Outcome.Rejected(Rejection.UNAVAILABLE, queue.retryAfter());
    entries.forEach(entry -> entry.complete(rejected));
  }

  private static int log2(int rows) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(rows - 1);
  }

  /** Too many rows of one batch are at fault to single them out. */
  private static final class SplitBudgetSpent extends RuntimeException {
    SplitBudgetSpent() {
      super("its batch failed and was halved as often as allowed", null, false, false);
    }
  }
}
