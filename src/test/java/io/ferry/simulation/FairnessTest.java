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
import io.ferry.batching.Permit;
import io.ferry.batching.RequestQueue;
import io.ferry.batching.ServingListener;
import io.ferry.inference.Encoding;
import io.ferry.inference.Prediction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Several models on one device: who gets how much of it, and who waits for how long. */
class FairnessTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final VirtualTime time = new VirtualTime(() -> {});
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final VirtualTime.LaneThread lane = time.new LaneThread();
  private final List<Model> models = new ArrayList<>();

  /** A model whose passes take as long as a test says, whatever is in them. */
  private class Model implements ModelInstance {

    private final Duration pass;
    private final RequestQueue queue;
    private final List<Long> waits = new ArrayList<>();
    private long busyNanos;

    Model(int maxSize, Duration pass) {
      this.pass = pass;
      this.queue =
          new RequestQueue(new BatchPolicy(maxSize, 1_000_000, Duration.ZERO, 100_000), scheduler);
      ServingListener listener =
          new ServingListener() {
            @Override
            public void rowDequeued(long queueNanos) {
              waits.add(queueNanos);
            }
          };
      scheduler.add(
          new Flow(queue, List.of(this), List.of(new Encoding(new long[] {1})), time, listener),
          List.of());
      models.add(this);
    }

    /** A row each so often, from a moment on. */
    Model arriving(Duration from, Duration gap) {
      for (long at = from.toNanos(); at < MINUTE.toNanos(); at += gap.toNanos()) {
        time.at(at, this::arrive);
      }
      return this;
    }

    private void arrive() {
      Caller caller =
          new Caller(
              time,
              List.of(new Encoding(new long[] {1})),
              time.nanos() + Duration.ofHours(1).toNanos(),
              BatchPolicy.DEFAULT_PRIORITY);
      Optional<Permit> permit = queue.tryAdmit(1);
      permit.ifPresent(
          it -> queue.enqueue(it, caller.rows, caller.deadlineNanos, caller.priority, caller));
    }

    @Override
    public PassResult forward(Batch batch) {
      long start = time.nanos();
      lane.pass(pass.toNanos());
      if (start < MINUTE.toNanos()) {
        busyNanos += Math.min(pass.toNanos(), MINUTE.toNanos() - start);
      }
      batch.rows().forEach(row -> row.answer(Prediction.of(1)));
      return new PassResult.Done();
    }

    double share() {
      return (double) busyNanos / MINUTE.toNanos();
    }

    Duration longestWait() {
      return Duration.ofNanos(Collections.max(waits));
    }

    @Override
    public void close() {
      // It holds nothing.
    }
  }

  private void run() {
    time.at(MINUTE.toNanos(), () -> models.forEach(model -> model.queue.abandon()));
    time.at(MINUTE.toNanos(), scheduler::close);
    DeviceLoop loop = new DeviceLoop(scheduler, new Lane(0, lane), new Heartbeat(time));
    lane.start(loop::run);
    time.run();
  }

  private static final Duration OFTEN = Duration.ofNanos(500_000);

  @Test
  void modelsThatWantAllOfADeviceGetEquallyMuchHoweverLongTheirPasses() {
    Model heavy = new Model(8, Duration.ofMillis(200)).arriving(Duration.ZERO, OFTEN);
    Model light = new Model(8, Duration.ofMillis(5)).arriving(Duration.ZERO, OFTEN);
    Model medium = new Model(8, Duration.ofMillis(31)).arriving(Duration.ZERO, OFTEN);
    run();
    // Within one pass of the longest of an even share.
    for (Model model : models) {
      assertEquals(1.0 / 3, model.share(), 0.2 / 60 + 1e-9, "of " + model.pass);
    }
    assertTrue(heavy.share() + light.share() + medium.share() > 0.999, "the device is never idle");
  }

  @Test
  void aLightModelWaitsForAtMostOnePassOfAHeavyOneThatWantsEverything() {
    Model heavy = new Model(8, Duration.ofMillis(200)).arriving(Duration.ZERO, OFTEN);
    Model light =
        new Model(8, Duration.ofMillis(5)).arriving(Duration.ofMillis(3), Duration.ofMillis(50));
    run();
    // A row that comes while the light model's own pass runs, and that pass behind a heavy one.
    assertTrue(
        light.longestWait().compareTo(Duration.ofMillis(205)) <= 0,
        "waited " + light.longestWait());
    assertEquals(1, light.share() + heavy.share(), 1e-3);
  }

  @Test
  void whatAModelDidNotUseIsNotSavedUp() {
    Model busy = new Model(1, Duration.ofMillis(10)).arriving(Duration.ZERO, OFTEN);
    // For half a minute nothing, then everything.
    Model late = new Model(1, Duration.ofMillis(10)).arriving(Duration.ofSeconds(30), OFTEN);
    run();
    assertEquals(0.75, busy.share(), 0.001);
    assertEquals(0.25, late.share(), 0.001);
  }

  @Test
  void amongEqualsTheOldestRowGoesFirst() {
    List<String> order = new ArrayList<>();
    for (String name : List.of("third", "first", "second")) {
      long at = List.of("first", "second", "third").indexOf(name);
      Model model =
          new Model(1, Duration.ofMillis(1)) {
            @Override
            public PassResult forward(Batch batch) {
              order.add(name);
              return super.forward(batch);
            }
          };
      time.at(at + 1, model::arrive);
    }
    // Something that takes long enough for all of them to wait.
    Model before = new Model(1, Duration.ofMillis(5));
    time.at(0, before::arrive);
    run();
    assertEquals(List.of("first", "second", "third"), order);
  }
}
