package io.ferry.openinference;

import io.ferry.batching.Batch;
import io.ferry.batching.ServingListener;
import io.ferry.inference.Outcome;
import io.ferry.inference.Timings;
import io.ferry.openinference.ModelStatistics.Sum;
import io.ferry.pipeline.RequestListener;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Counts what Triton's statistics extension tells, which load generators read before and after a
 * run. Any thread may count and read; a reading need not be of one moment.
 */
public final class Statistics {

  private final LongSupplier epochMillis;
  private final Map<String, Counters> byModel = new ConcurrentHashMap<>();

  /**
   * Nothing counted yet.
   *
   * @param epochMillis the time of day, in milliseconds since 1970
   */
  public Statistics(LongSupplier epochMillis) {
    this.epochMillis = epochMillis;
  }

  /** What was counted of a model. */
  public ModelStatistics of(String model) {
    return counters(model).read();
  }

  /** To be told of what happens while a model serves. */
  public ServingListener serving(String model) {
    return counters(model);
  }

  /** To be told of all requests. */
  public RequestListener requests() {
    return new Requests();
  }

  private Counters counters(String model) {
    return byModel.computeIfAbsent(model, it -> new Counters());
  }

  /** A sum that grows. */
  private static final class Adder {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void add(long nanosMore) {
      count.increment();
      nanos.add(nanosMore);
    }

    Sum sum() {
      return new Sum(count.sum(), nanos.sum());
    }
  }

  private final class Counters implements ServingListener {
    private final Adder success = new Adder();
    private final Adder fail = new Adder();
    private final Adder queue = new Adder();
    private final Adder computeInput = new Adder();
    private final Adder computeInfer = new Adder();
    private final LongAdder inferences = new LongAdder();
    private final LongAdder executions = new LongAdder();
    private final Map<Integer, Adder> batches = new ConcurrentHashMap<>();
    private volatile long last;

    @Override
    public void passServed(Batch batch, long nanos) {
      inferences.add(batch.size());
      executions.increment();
      batches.computeIfAbsent(batch.size(), it -> new Adder()).add(nanos);
      last = epochMillis.getAsLong();
    }

    ModelStatistics read() {
      SortedMap<Integer, Sum> sums = new TreeMap<>();
      batches.forEach((size, adder) -> sums.put(size, adder.sum()));
      return new ModelStatistics(
          last,
          inferences.sum(),
          executions.sum(),
          success.sum(),
          fail.sum(),
          queue.sum(),
          computeInput.sum(),
          computeInfer.sum(),
          sums);
    }
  }

  private final class Requests implements RequestListener {

    @Override
    public void requestEnded(String protocol, String model, Outcome outcome, long nanos) {
      if (model.isEmpty()) {
        return;
      }
      Counters counters = counters(model);
      if (outcome instanceof Outcome.Completed(var prediction, Timings timings)) {
        counters.success.add(nanos);
        counters.queue.add(timings.queueNanos());
        counters.computeInfer.add(timings.inferenceNanos());
      } else {
        counters.fail.add(nanos);
      }
    }

    @Override
    public void requestRefused(String protocol, Refusal refusal) {
      // It came to no model.
    }

    @Override
    public void encoded(String model, long nanos) {
      counters(model).computeInput.add(nanos);
    }

    @Override
    public void encodingFailed(String model, Throwable cause) {
      // The request's end counts it.
    }
  }
}
