package io.ferry.batching;

import io.ferry.inference.Encoding;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import io.ferry.inference.Prediction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The way of a row through the queue, without HTTP and without a model: admit, enqueue, choose the
 * batch, answer, wake the caller.
 *
 * <p>{@code ./mvnw -Pjmh process-classes -Djmh.args=QueueBenchmark}
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class QueueBenchmark {

  private static final BatchPolicy POLICY = new BatchPolicy(64, 1 << 20, Duration.ZERO, 1 << 16);
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final int[] LENGTHS = {12, 40, 8, 200, 33, 64, 20, 90, 15, 45};

  /** A model that answers at once. */
  private static final class Instant implements ModelInstance {
    @Override
    public PassResult forward(Batch batch) {
      batch.rows().forEach(row -> row.answer(Prediction.of(1)));
      return new PassResult.Done();
    }

    @Override
    public void close() {
      // It holds nothing.
    }
  }

  private static List<ModelInput> row(int index) {
    return List.of(new Encoding(new long[LENGTHS[index % LENGTHS.length]]));
  }

  /** A lane that serves, for callers of many threads. */
  @State(Scope.Benchmark)
  public static class Serving {

    private final SystemTime time = new SystemTime();
    private final DeviceScheduler scheduler = new DeviceScheduler(time);
    private final RequestQueue queue = new RequestQueue(POLICY, scheduler);
    private final Thread lane =
        Thread.ofPlatform()
            .unstarted(
                () ->
                    new DeviceLoop(
                            scheduler,
                            new Lane(0, time.parkerOfCurrentThread()),
                            new Heartbeat(time))
                        .run());

    /** Starts the lane. */
    @Setup
    public void start() {
      scheduler.add(
          new Flow(queue, List.of(new Instant()), List.of(), time, new FanOut(List.of())),
          List.of());
      lane.start();
    }

    /** Ends the lane. */
    @TearDown
    public void stop() throws InterruptedException {
      queue.close();
      scheduler.close();
      lane.join();
    }

    List<Outcome> serve() {
      Permit permit = queue.tryAdmit(1).orElseThrow();
      long deadline = time.nanos() + DEADLINE.toNanos();
      return queue
          .enqueue(
              permit, row(0), deadline, BatchPolicy.DEFAULT_PRIORITY, time.parkerOfCurrentThread())
          .await();
    }
  }

  /** One caller: its row there and back, two wake-ups. */
  @Benchmark
  @Threads(1)
  public List<Outcome> oneCaller(Serving serving) {
    return serving.serve();
  }

  /** Sixteen callers at the one lock. */
  @Benchmark
  @Threads(16)
  public List<Outcome> sixteenCallers(Serving serving) {
    return serving.serve();
  }

  /** Rows that wait, and nobody who serves them. */
  @State(Scope.Thread)
  public static class Waiting {

    /** How many wait when the batch is chosen. */
    @Param({"64", "1024"})
    public int rows;

    private final SystemTime time = new SystemTime();
    private final DeviceScheduler scheduler = new DeviceScheduler(time);
    private final RequestQueue queue = new RequestQueue(POLICY, scheduler);
    private int arrived;

    /** Fills the queue. */
    @Setup(Level.Iteration)
    public void fill() {
      while (queue.state().waitingRows() < rows) {
        arrive();
      }
    }

    void arrive() {
      queue.enqueue(
          queue.tryAdmit(1).orElseThrow(),
          row(arrived++),
          time.nanos() + DEADLINE.toNanos(),
          BatchPolicy.DEFAULT_PRIORITY,
          time.parkerOfCurrentThread());
    }
  }

  /** A batch is chosen of those that wait, and as many come after it: 64 rows of each. */
  @Benchmark
  public List<Entry> batchOf64(Waiting waiting) {
    Decision.Dispatch batch = waiting.queue.dispatch(waiting.time.nanos());
    List<Entry> rows = new ArrayList<>(batch.rows());
    waiting.queue.passEnded(rows.size(), 1);
    for (int i = 0; i < rows.size(); i++) {
      waiting.arrive();
    }
    return rows;
  }
}
