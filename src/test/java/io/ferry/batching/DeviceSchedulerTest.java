package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which lanes are free, and when a flow has ended: its model may leave memory then. */
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

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Chore IDLE = heartbeat -> new Chore.Next.Done();

  private Ticket submit() {
    return submit(Duration.ofMinutes(1));
  }

  private Ticket submit(Duration deadline) {
    return queue.enqueue(
        queue.tryAdmit(1).orElseThrow(),
        List.of(ScriptedModel.row(1)),
        time.nanos() + deadline.toNanos(),
        5,
        time.parker());
  }

  private <T extends Work> T take(Class<T> kind, Lane lane) {
    return assertInstanceOf(kind, scheduler.take(time.nanos(), lane));
  }

  // ---- lanes

  @Test
  void aLaneThatIsWokenIsFreeBeforeItHasLooked() {
    queue.passServed(new Batch(List.of(new Sample(ScriptedModel.row(1)))), SECOND.toNanos());
    scheduler.add(flow, List.of());
    submit();
    take(Work.Serve.class, first);
    take(Work.Idle.class, second);
    assertEquals(time.nanos(), scheduler.freeNanos(time.nanos()));

    Ticket inTime = submit(SECOND.multipliedBy(3).dividedBy(2));
    assertFalse(inTime.done(), "the second lane serves it now");
    assertEquals(time.nanos(), scheduler.freeNanos(time.nanos()));
    assertEquals(2, scheduler.lanes());

    take(Work.Serve.class, second);
    assertEquals(time.nanos() + SECOND.toNanos(), scheduler.freeNanos(time.nanos()));
  }

  @Test
  void allLanesAreThereAfterAllWereWoken() {
    scheduler.add(flow, List.of());
    take(Work.Idle.class, first);
    take(Work.Idle.class, second);
    scheduler.wakeAll();
    assertEquals(2, scheduler.lanes());
    take(Work.Idle.class, first);
    submit();
    take(Work.Serve.class, first);
  }

  // ---- a device that is lost

  @Test
  void aModelThatWorksAgainOnADeviceThatIsGivenUpStaysUnavailable() {
    List<String> told = new ArrayList<>();
    ServingListener listener =
        new ServingListener() {
          @Override
          public void unavailable(String reason) {
            told.add(reason);
          }

          @Override
          public void available() {
            told.add("available");
          }
        };
    Flow probed = new Flow(queue, List.of(model, model), List.of(), time, listener);
    Probe probe = new Probe(probed, model, List.of(ScriptedModel.row(1)), time);
    Heartbeat heartbeat = new Heartbeat(time);
    scheduler.add(probed, List.of());
    model.becomes(batch -> ScriptedModel.fault());
    probe.step(heartbeat);
    model.becomes(ScriptedModel::answer);
    scheduler.giveUp("as the test says");
    probe.step(heartbeat);

    assertEquals("as the test says", told.getLast());
    Outcome outcome = submit().await().getFirst();
    assertEquals(Rejection.UNAVAILABLE, assertInstanceOf(Outcome.Rejected.class, outcome).reason());
  }

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
