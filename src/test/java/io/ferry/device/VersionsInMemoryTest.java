package io.ferry.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceLoop;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.FakeTime;
import io.ferry.batching.Flow;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.Lane;
import io.ferry.inference.Encoding;
import io.ferry.model.Deployment;
import io.ferry.model.FakeModel;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelState;
import io.ferry.model.RequestLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who leaves memory when; on one thread, with nobody's patience. */
class VersionsInMemoryTest {

  private final FakeTime time = new FakeTime();
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final VersionsInMemory memory = new VersionsInMemory(Runnable::run, Duration.ZERO);
  private final Deployment deployment =
      new Deployment(
          "a",
          "1",
          new BatchPolicy(4, 400, Duration.ZERO, 8),
          new RequestLimits(8, 1000, Duration.ofSeconds(1)),
          scheduler);

  private LiveVersion version(ScriptedLane lane) {
    LoadedModel model = ScriptedLane.model(lane);
    Flow flow =
        new Flow(
            deployment.queue(),
            model.lanes(),
            List.of(new Encoding(new long[] {1})),
            time,
            deployment);
    scheduler.add(flow, List.of());
    deployment.ready(model, Duration.ZERO);
    LiveVersion version = new LiveVersion(deployment, flow, model);
    memory.add(version);
    return version;
  }

  private void submit() {
    deployment
        .queue()
        .enqueue(
            deployment.queue().tryAdmit(1).orElseThrow(),
            List.of(new Encoding(new long[] {1})),
            Duration.ofSeconds(1).toNanos(),
            5,
            time.parker());
  }

  private void serve() {
    scheduler.close();
    new DeviceLoop(scheduler, new Lane(0, time.parker()), new Heartbeat(time)).run();
  }

  @Test
  void whatNobodyIsInIsFreedAtOnce() {
    ScriptedLane lane = ScriptedLane.answering();
    LiveVersion version = version(lane);
    deployment.drain();
    serve();

    memory.free(version);
    assertTrue(lane.closed());
    assertEquals(new ModelState.Stopped(), deployment.state());
    assertEquals(List.of(), memory.deployments());
  }

  @Test
  void whatDrainsForLongerThanAnybodyWaitsIsFreedWhenItHas() {
    LiveVersion[] version = new LiveVersion[1];
    ScriptedLane[] lane = new ScriptedLane[1];
    List<Deployment> inMemory = new ArrayList<>();
    boolean[] closedInside = {true};
    lane[0] =
        new ScriptedLane(
            batch -> {
              deployment.drain();
              memory.free(version[0]);
              closedInside[0] = lane[0].closed();
              inMemory.addAll(memory.deployments());
              return FakeModel.answer(batch);
            });
    version[0] = version(lane[0]);
    submit();
    serve();

    assertFalse(closedInside[0], "a lane was in it");
    assertEquals(List.of(deployment), inMemory, "the server's end must reach it");
    assertTrue(lane[0].closed());
    assertEquals(new ModelState.Stopped(), deployment.state());
    assertEquals(List.of(), memory.deployments());
  }

  @Test
  void whatFailedStaysUnavailable() {
    ScriptedLane lane = ScriptedLane.answering();
    LiveVersion version = version(lane);
    deployment.queue().close();
    serve();
    memory.free(version);
    deployment.unavailable("the warm-up failed");

    assertTrue(lane.closed());
    assertEquals(new ModelState.Unavailable("the warm-up failed"), deployment.state());
  }

  @Test
  void aVersionIsFreedOnce() {
    int[] closes = {0};
    LiveVersion version = version(ScriptedLane.closing(() -> closes[0]++));
    deployment.drain();
    serve();
    memory.free(version);
    memory.free(version);
    memory.freeAll();

    assertEquals(1, closes[0]);
  }

  @Test
  void oneThatCannotBeFreedDoesNotKeepTheOthersInMemory() {
    ScriptedLane well = ScriptedLane.answering();
    version(
        ScriptedLane.closing(
            () -> {
              throw new IllegalStateException("as the test says");
            }));
    version(well);
    deployment.drain();
    serve();
    memory.freeAll();

    assertTrue(well.closed());
    assertEquals(List.of(), memory.deployments());
  }
}
