package io.ferry.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.Batch;
import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceLoop;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.Flow;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.Lane;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.batching.RequestQueue;
import io.ferry.batching.ServingListener;
import io.ferry.inference.Encoding;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Twice as much arrives as the device can serve, and every caller waits 100 ms. Who cannot be
 * served in time is told so at once; the others are served. A queue that lets everybody in serves
 * nobody in time.
 */
class OverloadTest {

  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final Duration RUN = Duration.ofSeconds(30);
  private static final double RATE = 1_230;
  private static final int MAX_SIZE = 32;

  /** 32 rows in 52 ms. */
  private static final double CAPACITY = MAX_SIZE / 0.052;

  private final VirtualTime time = new VirtualTime(() -> {});
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final VirtualTime.LaneThread lane = time.new LaneThread();
  private final RequestQueue queue =
      new RequestQueue(new BatchPolicy(MAX_SIZE, 1_000_000, Duration.ZERO, 1_024), scheduler);
  private final List<Arrival> arrivals = new ArrayList<>();

  private record Arrival(long nanos, Caller caller) {}

  /** 20 ms, and 1 ms a row. */
  private final class Device implements ModelInstance {
    @Override
    public PassResult forward(Batch batch) {
      lane.pass(Duration.ofMillis(20L + batch.size()).toNanos());
      batch.rows().forEach(row -> row.answer(PretendDevice.answer(row.input())));
      return new PassResult.Done();
    }

    @Override
    public void close() {
      // It holds nothing.
    }
  }

  /**
   * Runs it.
   *
   * @param deadline what the server is told; callers leave after {@link #PATIENCE} whatever it is
   * @return answers in time, a second
   */
  private double goodput(Duration deadline) {
    SplittableRandom random = new SplittableRandom(1);
    long at = 0;
    while (at < RUN.toNanos()) {
      at += Math.round(-Math.log(1 - random.nextDouble()) / RATE * 1e9);
      time.at(at, () -> arrive(deadline));
    }
    time.at(RUN.toNanos() * 2, queue::abandon);
    time.at(RUN.toNanos() * 2, scheduler::close);
    scheduler.add(
        new Flow(
            queue,
            List.of(new Device()),
            List.of(new Encoding(new long[] {1})),
            time,
            new ServingListener() {}),
        List.of());
    DeviceLoop loop = new DeviceLoop(scheduler, new Lane(0, lane), new Heartbeat(time));
    lane.start(loop::run);
    time.run();
    long inTime =
        arrivals.stream()
            .filter(it -> it.caller().outcome(0) instanceof Outcome.Completed)
            .filter(it -> it.caller().endedNanos() - it.nanos() <= PATIENCE.toNanos())
            .count();
    return inTime / (RUN.toNanos() / 1e9);
  }

  private void arrive(Duration deadline) {
    long now = time.nanos();
    Caller caller =
        new Caller(
            time,
            List.of(new Encoding(new long[] {1})),
            now + deadline.toNanos(),
            BatchPolicy.DEFAULT_PRIORITY);
    queue
        .tryAdmit(1)
        .ifPresent(
            permit -> {
              arrivals.add(new Arrival(now, caller));
              caller.enqueues();
              caller.waitsWith(
                  queue.enqueue(
                      permit, caller.rows, caller.deadlineNanos, caller.priority, caller));
              time.at(caller.deadlineNanos, caller::deadline);
            });
  }

  @Test
  void whoCanBeServedInTimeIs() {
    double goodput = goodput(PATIENCE);

    assertTrue(goodput >= 0.9 * CAPACITY, "answers in time a second: " + goodput);
    assertEquals(
        0,
        arrivals.stream()
            .filter(it -> it.caller().turnedAwayBy(Rejection.DEADLINE))
            .filter(it -> it.caller().endedNanos() > it.nanos())
            .count(),
        "who is refused learns it at once");
    long expired =
        arrivals.stream().filter(it -> it.caller().outcome(0) instanceof Outcome.Expired).count();
    assertTrue(expired < arrivals.size() / 100, expired + " were let in, and in vain");
  }

  @Test
  void aQueueThatKnowsNoDeadlineServesNobodyInTime() {
    double goodput = goodput(Duration.ofHours(1));

    assertTrue(goodput < 0.2 * CAPACITY, "answers in time a second: " + goodput);
  }
}
