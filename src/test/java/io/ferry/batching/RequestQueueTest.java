package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestQueueTest {

  private static final QueueState EMPTY = new QueueState(0, Duration.ZERO, 0, 0);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final FakeTime time = new FakeTime();
  private final FakeTime.FakeParker lane = time.parker();
  private final FakeTime.FakeParker otherLane = time.parker();
  private final DeviceScheduler scheduler = new DeviceScheduler(time);

  /** At most 4 rows a batch, 100 tokens, 10 ms; 10 rows may wait. */
  private final RequestQueue queue = queue(Duration.ofMillis(10));

  private RequestQueue queue(Duration maxWait) {
    RequestQueue made = new RequestQueue(new BatchPolicy(4, 100, maxWait, 10), scheduler);
    ScriptedModel model = new ScriptedModel(ScriptedModel::answer);
    scheduler.add(
        new Flow(made, List.of(model, model), List.of(), time, new ServingListener() {}),
        List.of());
    // Lanes end when the queues have.
    scheduler.close();
    return made;
  }

  private Ticket submit(int rows) {
    return submit(queue, rows, LONG);
  }

  private Ticket submit(RequestQueue into, int rows, Duration timeout) {
    List<ModelInput> encodings =
        IntStream.range(0, rows).<ModelInput>mapToObj(row -> ScriptedModel.row(row)).toList();
    return into.enqueue(
        into.tryAdmit(rows).orElseThrow(),
        encodings,
        time.nanos() + timeout.toNanos(),
        5,
        time.parker());
  }

  private Work take() {
    return take(lane);
  }

  private Work take(FakeTime.FakeParker asks) {
    return scheduler.take(time.nanos(), new Lane(asks == lane ? 0 : 1, asks));
  }

  private static void assertRejected(Rejection reason, Ticket ticket) {
    assertTrue(ticket.done());
    for (Outcome outcome : ticket.await()) {
      assertEquals(reason, assertInstanceOf(Outcome.Rejected.class, outcome).reason());
    }
  }

  // ---- places

  @Test
  void countsPlacesFromAdmissionToTheBatch() {
    Permit permit = queue.tryAdmit(3).orElseThrow();
    assertEquals(new QueueState(0, Duration.ZERO, 3, 0), queue.state());
    queue.enqueue(
        permit,
        List.of(ScriptedModel.row(1), ScriptedModel.row(2), ScriptedModel.row(3)),
        LONG.toNanos(),
        5,
        time.parker());
    permit.close();
    time.pass(Duration.ofMillis(10));
    assertEquals(new QueueState(3, Duration.ofMillis(10), 3, 0), queue.state());
    assertInstanceOf(Work.Serve.class, take());
    assertEquals(new QueueState(0, Duration.ZERO, 0, 3), queue.state());
    queue.passEnded(3, 1_000);
    assertEquals(EMPTY, queue.state());
  }

  @Test
  void aFullQueueAdmitsNothingUntilABatchLeaves() {
    submit(8);
    assertEquals(Optional.empty(), queue.tryAdmit(3));
    take();
    assertEquals(4, queue.state().takenPlaces());
    assertTrue(queue.tryAdmit(6).isPresent());
    assertEquals(Optional.empty(), queue.tryAdmit(1));
  }

  @Test
  void whatIsWithdrawnGivesItsPlacesBackAtOnce() {
    Ticket gone = submit(4);
    submit(3);
    gone.cancel();
    assertEquals(new QueueState(3, Duration.ZERO, 3, 0), queue.state());
  }

  @Test
  void aRowInFlightThatIsWithdrawnGivesNothingBackTwice() {
    Ticket ticket = submit(4);
    take();
    ticket.cancel();
    assertEquals(new QueueState(0, Duration.ZERO, 0, 4), queue.state());
  }

  @Test
  void expiredRowsThatALaneMeetsGiveTheirPlacesBackAndAreNotInFlight() {
    Ticket ticket = submit(queue, 2, Duration.ofMillis(5));
    time.pass(Duration.ofMillis(20));
    Work.Serve met = assertInstanceOf(Work.Serve.class, take());
    assertEquals(List.of(), met.rows());
    assertEquals(ticket.entries(), met.expired());
    assertEquals(EMPTY, queue.state());
    ticket.await();
    assertEquals(EMPTY, queue.state());
  }

  @Test
  void aPermitOfAnotherQueueIsRefused() {
    Permit permit = queue(Duration.ZERO).tryAdmit(1).orElseThrow();
    List<ModelInput> rows = List.of(ScriptedModel.row(1));
    assertThrows(
        IllegalStateException.class,
        () -> queue.enqueue(permit, rows, LONG.toNanos(), 5, time.parker()));
    assertEquals(EMPTY, queue.state());
  }

  @Test
  void theOldestIsTheOldestNotTheFirstInLine() {
    Permit permit = queue.tryAdmit(1).orElseThrow();
    queue.enqueue(permit, List.of(ScriptedModel.row(1)), LONG.toNanos(), 0, time.parker());
    time.pass(Duration.ofMillis(7));
    submit(1);
    assertEquals(Duration.ofMillis(7), queue.state().oldest());
  }

  // ---- refusing

  @Test
  void aSuspendedQueueRejectsWhatWaitsAndWhatComesUntilItResumes() {
    Ticket waits = submit(2);
    queue.suspend(Rejection.UNAVAILABLE);
    assertRejected(Rejection.UNAVAILABLE, waits);
    assertRejected(Rejection.UNAVAILABLE, submit(2));
    assertEquals(EMPTY, queue.state());
    queue.resume();
    submit(2);
    assertEquals(2, queue.state().waitingRows());
  }

  @Test
  void aClosedQueueServesWhatWaitsAndAdmitsNobody() {
    Ticket waits = submit(2);
    queue.close();
    assertEquals(Optional.empty(), queue.tryAdmit(1));
    Work.Serve last = assertInstanceOf(Work.Serve.class, take());
    assertEquals(waits.entries(), last.rows());
    assertEquals(new Work.Idle(), take(), "it is not over before the rows are served");
    scheduler.passEnded(last, 1_000);
    assertEquals(new Work.Closed(), take());
    assertEquals(new Work.Closed(), take());
  }

  @Test
  void aClosedQueueServesWhoWasAdmittedAndIsStillBeingEncoded() {
    Permit early = queue.tryAdmit(1).orElseThrow();
    queue.close();
    assertInstanceOf(Work.WaitUntil.class, take());
    Ticket served =
        queue.enqueue(
            early, List.of(ScriptedModel.row(0)), time.nanos() + 1_000_000, 5, time.parker());
    assertEquals(1, lane.unparks(), "the lane is woken");
    Work.Serve last = assertInstanceOf(Work.Serve.class, take());
    assertEquals(served.entries(), last.rows());
    scheduler.passEnded(last, 1_000);
    assertEquals(new Work.Closed(), take());
  }

  @Test
  void whoTakesAPlaceWhenTheQueueHasEndedIsNotAdmitted() {
    Runnable[] meanwhile = {() -> {}};
    Admission slow =
        new Admission(10) {
          @Override
          Optional<Permit> tryAcquire(int rows) {
            meanwhile[0].run();
            return super.tryAcquire(rows);
          }
        };
    RequestQueue made =
        new RequestQueue(new BatchPolicy(4, 100, Duration.ZERO, 10), scheduler, slow);
    Flow flow = new Flow(made, List.of(), List.of(), time, new ServingListener() {});
    scheduler.add(flow, List.of());
    meanwhile[0] =
        () -> {
          made.close();
          take();
          assertTrue(flow.ended().isDone(), "nobody is in it");
        };

    assertEquals(Optional.empty(), made.tryAdmit(1), "its model is leaving memory");
    assertEquals(EMPTY, made.state());
  }

  @Test
  void aClosedQueueEndsWhenAnEncodingFails() {
    Permit early = queue.tryAdmit(1).orElseThrow();
    queue.close();
    assertInstanceOf(Work.WaitUntil.class, take());
    early.close();
    assertEquals(new Work.Closed(), take());
  }

  @Test
  void anEndedQueueStaysEnded() {
    Permit late = queue.tryAdmit(1).orElseThrow();
    queue.abandon();
    queue.suspend(Rejection.UNAVAILABLE);
    queue.resume();
    assertEquals(Optional.empty(), queue.tryAdmit(1));
    assertRejected(
        Rejection.DRAINING,
        queue.enqueue(
            late, List.of(ScriptedModel.row(0)), time.nanos() + 1_000_000, 5, time.parker()));
    assertEquals(EMPTY, queue.state());
  }

  @Test
  void anAbandonedQueueRejectsAlsoWhatWaits() {
    Ticket waits = submit(3);
    queue.close();
    queue.abandon();
    assertRejected(Rejection.DRAINING, waits);
    assertEquals(EMPTY, queue.state());
    assertEquals(new Work.Closed(), take());
  }

  @Test
  void anAbandonedQueueDoesNotWaitForEncodings() {
    assertTrue(queue.tryAdmit(1).isPresent());
    queue.abandon();
    assertEquals(new Work.Closed(), take());
  }

  @Test
  void whatALaneHasTakenIsNotRejected() {
    Ticket taken = submit(4);
    take();
    queue.abandon();
    assertTrue(!taken.done());
  }

  // ---- waking lanes

  @Test
  void theFirstRowWakesAnIdleLaneOnce() {
    assertEquals(new Work.Idle(), take());
    submit(1);
    assertEquals(1, lane.unparks());
    submit(1);
    assertEquals(1, lane.unparks(), "it is awake already");
  }

  @Test
  void aLaneThatIsBusyIsNotWoken() {
    submit(4);
    take();
    submit(4);
    assertEquals(0, lane.unparks());
  }

  @Test
  void aLaneThatWaitsIsWokenOnlyIfTheBatchLeavesEarlier() {
    submit(1);
    assertEquals(new Work.WaitUntil(Duration.ofMillis(10).toNanos()), take());
    time.pass(Duration.ofMillis(2));
    submit(1);
    submit(1);
    assertEquals(0, lane.unparks(), "three rows wait as long as one");
    submit(1);
    assertEquals(1, lane.unparks(), "the fourth makes the batch full");
  }

  @Test
  void aLaneThatWaitsIsWokenByAnEarlierDeadline() {
    submit(1);
    take();
    submit(queue, 1, Duration.ofMillis(11));
    assertEquals(0, lane.unparks());
    submit(queue, 1, Duration.ofMillis(4));
    assertEquals(1, lane.unparks());
    assertInstanceOf(Work.Serve.class, take());
  }

  @Test
  void aLaneThatLeavesABatchBehindWakesAnotherForIt() {
    take(otherLane);
    take(lane);
    submit(8);
    assertEquals(1, otherLane.unparks() + lane.unparks(), "one lane for the news");
    FakeTime.FakeParker woken = otherLane.unparks() == 1 ? otherLane : lane;
    assertInstanceOf(Work.Serve.class, take(woken));
    assertEquals(2, otherLane.unparks() + lane.unparks(), "the other for what is left");
  }

  @Test
  void closingWakesEveryLane() {
    take(lane);
    submit(1);
    take(lane);
    take(otherLane);
    int before = lane.unparks();
    queue.close();
    assertEquals(before + 1, lane.unparks());
    assertEquals(1, otherLane.unparks());
  }

  // ---- retryAfter

  @Test
  void beforeAnythingIsMeasuredTryAgainInASecond() {
    submit(8);
    assertEquals(Duration.ofSeconds(1), queue.retryAfter());
  }

  /** Four rows of one token have taken so long, again and again. */
  private void passesTake(Duration pass) {
    Batch four = new Batch(Collections.nCopies(4, new Sample(ScriptedModel.row(1))));
    queue.passServed(four, pass.toNanos());
  }

  @Test
  void tryAgainWhenTheRowsHereWillHaveLeft() {
    passesTake(Duration.ofSeconds(2));
    submit(10);
    assertEquals(5, queue.retryAfter().toMillis() / 1e3, 0.3);
  }

  @Test
  void aFastDeviceStillMeansASecond() {
    passesTake(Duration.ofNanos(1_000));
    submit(10);
    assertEquals(Duration.ofSeconds(1), queue.retryAfter());
  }

  @Test
  void aSlowDeviceMeansAMinuteAtMost() {
    passesTake(Duration.ofHours(1));
    submit(queue, 10, Duration.ofDays(1));
    assertEquals(Duration.ofMinutes(1), queue.retryAfter());
  }

  @Test
  void whereMoreComesThanCanBeServedTryAgainSoMuchLater() {
    passesTake(Duration.ofSeconds(2));
    submit(10);
    // 8 rows a second ask, and 2 can be served.
    time.pass(Duration.ofSeconds(10));
    for (int i = 0; i < 70; i++) {
      queue.tryAdmit(1);
    }
    assertEquals(4, scheduler.saturation(time.nanos()), 0.2);
    assertEquals(20, queue.retryAfter().toMillis() / 1e3, 1);
  }
}
