package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a flow has ended: its model may leave memory then. */
class DeviceSchedulerTest {

  private final FakeTime time = new FakeTime();
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final Lane first = new Lane(0, time.parker());
  private final Lane second = new Lane(1, time.parker());
  private final RequestQueue queue =
      new RequestQueue(new BatchPolicy(1, 100, Duration.ZERO, 10), scheduler);
  private final ScriptedModel model = new ScriptedModel(ScriptedModel::answer);
  private final Flow flow =
      new Flow(queue, List.of(model, model), List.of(), time, new ServingListener() {});

  private static final Chore IDLE = heartbeat -> new Chore.Next.Done();

  private void submit() {
    queue.enqueue(
        queue.tryAdmit(1).orElseThrow(),
        List.of(ScriptedModel.row(1)),
        Duration.ofMinutes(1).toNanos(),
        5,
        time.parker());
  }

  private <T extends Work> T take(Class<T> kind, Lane lane) {
    return assertInstanceOf(kind, scheduler.take(time.nanos(), lane));
  }

  // ---- a device that is lost

  @Test
  void aLostDevicesModelIsInUseUntilTheLastLaneHasLeftIt() {
    scheduler.add(flow, List.of());
    submit();
    submit();
    Work.Serve lost = take(Work.Serve.class, first);
    Work.Serve other = take(Work.Serve.class, second);

    scheduler.passEnded(lost, 1);
    scheduler.deviceLost();
    assertFalse(flow.ended().isDone(), "the second lane is in it");
    scheduler.passEnded(other, 1);
    assertTrue(flow.ended().isDone());
  }

  @Test
  void aLostDevicesModelIsInUseUntilItsFirstPassesHaveEnded() {
    scheduler.add(flow, List.of(IDLE, IDLE));
    Work.Step lost = take(Work.Step.class, first);
    Work.Step other = take(Work.Step.class, second);

    scheduler.stepEnded(lost, first, new Chore.Next.DeviceLost(), 1);
    scheduler.deviceLost();
    assertFalse(flow.ended().isDone(), "the second lane is in it");
    scheduler.stepEnded(other, second, new Chore.Next.Again(1), 1);
    assertTrue(flow.ended().isDone());
  }

  @Test
  void aModelThatNobodyIsInEndsWithItsDevice() {
    scheduler.add(flow, List.of(IDLE, IDLE));
    scheduler.giveUp("as the test says");
    assertTrue(flow.ended().isDone());
    assertEquals(new Work.Lost(), take(Work.Lost.class, first));
  }

  @Test
  void aModelThatComesToALostDeviceEndsAtOnce() {
    scheduler.deviceLost();
    scheduler.add(flow, List.of(IDLE, IDLE));
    assertTrue(flow.ended().isDone());
  }

  // ---- the end

  @Test
  void aModelThatComesWhenTheLanesHaveEndedEndsAtOnce() {
    scheduler.close();
    take(Work.Closed.class, first);
    scheduler.add(flow, List.of(IDLE, IDLE));
    assertTrue(flow.ended().isDone());
    assertTrue(queue.closed());
    take(Work.Closed.class, second);
  }

  @Test
  void aModelThatComesWhileTheLastOneDrainsIsServed() {
    scheduler.add(flow, List.of());
    submit();
    scheduler.close();
    RequestQueue late = new RequestQueue(new BatchPolicy(1, 100, Duration.ZERO, 10), scheduler);
    Flow another = new Flow(late, List.of(model, model), List.of(), time, new ServingListener() {});
    scheduler.add(another, List.of(IDLE, IDLE));
    take(Work.Serve.class, first);
    take(Work.Step.class, second);
    assertFalse(another.ended().isDone());
  }
}
