package io.ferry.batching;

import static io.ferry.batching.ScriptedModel.answer;
import static io.ferry.batching.ScriptedModel.deviceLost;
import static io.ferry.batching.ScriptedModel.fault;
import static io.ferry.batching.ScriptedModel.id;
import static io.ferry.batching.ScriptedModel.outOfMemory;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import io.ferry.inference.Prediction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loop and the execution of batches, with a model that does what the test says. */
class DeviceLoopTest {

  private static final long KNOWN_GOOD = 777;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final QueueState EMPTY = new QueueState(0, Duration.ZERO, 0, 0);

  private final FakeTime time = new FakeTime();
  private final Events events = new Events();
  private final ScriptedModel model = new ScriptedModel(ScriptedModel::answer);
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final RequestQueue queue = new RequestQueue(policy(64, Duration.ZERO), scheduler);

  private static BatchPolicy policy(int maxSize, Duration maxWait) {
    return new BatchPolicy(maxSize, 1_000_000, maxWait, 100_000);
  }

  /** What the listener was told. */
  private static final class Events implements ServingListener {
    private final List<String> told = new ArrayList<>();
    private final Set<String> failures = new HashSet<>();

    @Override
    public void rowFailed(String id, Throwable cause) {
      failures.add(id);
    }

    @Override
    public void unavailable(String reason) {
      told.add("unavailable");
    }

    @Override
    public void available() {
      told.add("available");
    }
  }

  private DeviceLoop loop(RequestQueue from) {
    return loop(scheduler, from, events);
  }

  /** A loop of one lane that ends when this queue has. */
  private DeviceLoop loop(DeviceScheduler scheduler, RequestQueue from, ServingListener listener) {
    scheduler.add(
        new Flow(from, List.of(model), List.of(ScriptedModel.row(KNOWN_GOOD)), time, listener),
        List.of());
    scheduler.close();
    return new DeviceLoop(scheduler, new Lane(0, time.parker()), new Heartbeat(time));
  }

  private DeviceLoop.Ending run() {
    return loop(queue).run();
  }

  private DeviceLoop.Ending closeAndRun() {
    queue.close();
    return run();
  }

  private Ticket submit(long... ids) {
    return submitFor(PATIENCE, ids);
  }

  private Ticket submitFor(Duration timeout, long... ids) {
    List<ModelInput> rows = LongStream.of(ids).<ModelInput>mapToObj(ScriptedModel::row).toList();
    return queue.enqueue(
        queue.tryAdmit(ids.length).orElseThrow(),
        rows,
        time.nanos() + timeout.toNanos(),
        5,
        time.parker());
  }

  private static long[] ids(int rows) {
    return LongStream.range(0, rows).toArray();
  }

  private static void assertServed(long id, Outcome outcome) {
    Outcome.Completed completed = assertInstanceOf(Outcome.Completed.class, outcome);
    assertEquals(id, (long) completed.prediction().values()[0], "another row's answer");
  }

  private static void assertRejected(Rejection reason, Outcome outcome) {
    assertEquals(reason, assertInstanceOf(Outcome.Rejected.class, outcome).reason());
  }

  private static Function<Batch, PassResult> failingOn(Set<Long> culprits) {
    return batch ->
        batch.rows().stream().anyMatch(row -> culprits.contains(id(row))) ? fault() : answer(batch);
  }

  private static int ceilLog2(int n) {
    int log = 0;
    while (1 << log < n) {
      log++;
    }
    return log;
  }

  // ---- serving

  @Test
  void servesWhatWaitsInBatchesAndEndsWhenTheQueueIsClosed() {
    Ticket ticket = submit(ids(100));
    assertEquals(DeviceLoop.Ending.DRAINED, closeAndRun());
    List<Outcome> outcomes = ticket.await();
    for (int row = 0; row < 100; row++) {
      assertServed(row, outcomes.get(row));
    }
    assertEquals(List.of(64, 36), model.passes().stream().map(List::size).toList());
    assertEquals(EMPTY, queue.state());
  }

  @Test
  void whatComesWhileTheDeviceIsBusyIsTheNextBatch() {
    model.becomes(
        batch -> {
          time.pass(Duration.ofMillis(10));
          return answer(batch);
        });
    time.at(Duration.ofMillis(1), () -> submit(1));
    time.at(Duration.ofMillis(4), () -> submit(2));
    time.at(Duration.ofMillis(9), () -> submit(3));
    time.at(Duration.ofMillis(30), queue::close);
    run();
    assertEquals(List.of(List.of(1L), List.of(2L, 3L)), model.passes());
    assertEquals(Duration.ofMillis(30).toNanos(), time.nanos());
  }

  @Test
  void saysWhereTheTimeWent() {
    model.becomes(
        batch -> {
          time.pass(Duration.ofMillis(10));
          return answer(batch);
        });
    List<Ticket> tickets = new ArrayList<>();
    time.at(Duration.ofMillis(1), () -> tickets.add(submit(1)));
    time.at(Duration.ofMillis(4), () -> tickets.add(submit(2, 3)));
    time.at(Duration.ofMillis(30), queue::close);
    run();
    Outcome.Completed second =
        assertInstanceOf(Outcome.Completed.class, tickets.get(1).await().getLast());
    assertEquals(Duration.ofMillis(7).toNanos(), second.timings().queueNanos());
    assertEquals(Duration.ofMillis(10).toNanos(), second.timings().inferenceNanos());
    assertEquals(2, second.timings().batchRows());
  }

  @Test
  void maxWaitCountsFromTheArrivalOfTheOldestRow() {
    RequestQueue waiting = new RequestQueue(policy(4, Duration.ofMillis(10)), scheduler);
    List<Long> started = new ArrayList<>();
    model.becomes(
        batch -> {
          started.add(Duration.ofNanos(time.nanos()).toMillis());
          time.pass(Duration.ofMillis(6));
          return answer(batch);
        });
    // The second row comes while the device is busy with the first, which left at 10.
    for (long arrival : List.of(0L, 11L)) {
      time.at(
          Duration.ofMillis(arrival),
          () ->
              waiting.enqueue(
                  waiting.tryAdmit(1).orElseThrow(),
                  List.of(ScriptedModel.row(arrival)),
                  PATIENCE.toNanos(),
                  5,
                  time.parker()));
    }
    time.at(Duration.ofSeconds(1), waiting::close);
    loop(waiting).run();
    assertEquals(List.of(10L, 21L), started);
  }

  @Test
  void drainingServesWhatWaitsWithoutWaitingForCompany() {
    RequestQueue waiting = new RequestQueue(policy(64, Duration.ofMinutes(1)), scheduler);
    Ticket ticket =
        waiting.enqueue(
            waiting.tryAdmit(1).orElseThrow(),
            List.of(ScriptedModel.row(1)),
            PATIENCE.toNanos(),
            5,
            time.parker());
    time.at(Duration.ofMillis(5), waiting::close);
    assertEquals(DeviceLoop.Ending.DRAINED, loop(waiting).run());
    assertServed(1, ticket.await().getFirst());
    assertEquals(Duration.ofMillis(5).toNanos(), time.nanos());
  }

  // ---- rows that nobody waits for any more

  @Test
  void aRowThatExpiredOrWasCancelledCostsNoDeviceTime() {
    model.becomes(
        batch -> {
          time.pass(Duration.ofSeconds(6));
          return answer(batch);
        });
    submit(ids(64));
    Ticket cancelled = submit(100);
    Ticket expired = submitFor(Duration.ofSeconds(6), 101);
    Ticket served = submitFor(Duration.ofSeconds(7), 102);
    time.at(Duration.ofSeconds(1), cancelled::cancel);
    closeAndRun();
    assertEquals(List.of(102L), model.passes().getLast());
    assertEquals(2, model.passes().size());
    assertEquals(List.of(new Outcome.Cancelled()), cancelled.await());
    assertEquals(List.of(new Outcome.Expired()), expired.await());
    assertServed(102, served.await().getFirst());
  }

  @Test
  void aRowThatExpiresDuringAPassIsNotServedLate() {
    model.becomes(
        batch -> {
          time.pass(PATIENCE.plusMillis(1));
          return fault();
        });
    Ticket ticket = submit(1, 2);
    closeAndRun();
    assertEquals(List.of(new Outcome.Expired(), new Outcome.Expired()), ticket.await());
    assertEquals(1, model.passes().size(), "the halves were not tried");
    assertEquals(EMPTY, queue.state());
  }

  @Test
  void aRowCancelledWhileItsBatchIsHalvedIsLeftOut() {
    Ticket kept = submit(1);
    Ticket cancelled = submit(2);
    model.becomes(
        batch -> {
          if (batch.size() == 2) {
            cancelled.cancel();
            return fault();
          }
          return answer(batch);
        });
    closeAndRun();
    assertServed(1, kept.await().getFirst());
    assertEquals(List.of(new Outcome.Cancelled()), cancelled.await());
    assertEquals(List.of(List.of(1L, 2L), List.of(1L)), model.passes());
  }

  // ---- failures of rows

  static IntStream sizes() {
    return IntStream.rangeClosed(1, 64);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void oneCulpritAmongManyFailsAloneWithinTheBudget(int rows) {
    for (long culprit = 0; culprit < rows; culprit++) {
      model.passes().clear();
      model.becomes(failingOn(Set.of(culprit)));
      DeviceScheduler another = new DeviceScheduler(time);
      RequestQueue fresh = new RequestQueue(policy(64, Duration.ZERO), another);
      Ticket ticket =
          fresh.enqueue(
              fresh.tryAdmit(rows).orElseThrow(),
              LongStream.range(0, rows).<ModelInput>mapToObj(ScriptedModel::row).toList(),
              time.nanos() + PATIENCE.toNanos(),
              5,
              time.parker());
      fresh.close();
      loop(another, fresh, events).run();
      List<Outcome> outcomes = ticket.await();
      for (int row = 0; row < rows; row++) {
        if (row == culprit) {
          assertInstanceOf(Outcome.Failed.class, outcomes.get(row));
        } else {
          assertServed(row, outcomes.get(row));
        }
      }
      int extraPasses = model.passes().size() - 1;
      assertTrue(
          extraPasses <= 2 * ceilLog2(rows) + 1,
          "%d extra passes for row %d of %d".formatted(extraPasses, culprit, rows));
      assertEquals(EMPTY, fresh.state());
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void tooManyCulpritsFailWithinTheBudget(int rows) {
    model.becomes(batch -> fault());
    Ticket ticket = submit(ids(rows));
    closeAndRun();
    for (Outcome outcome : ticket.await()) {
      assertTrue(
          events.failures.contains(assertInstanceOf(Outcome.Failed.class, outcome).id()),
          "the log knows every failure by its id");
    }
    assertEquals(rows, events.failures.size());
    assertTrue(model.passes().size() <= 1 + 2 * ceilLog2(rows) + 1, model.passes().toString());
    assertEquals(EMPTY, queue.state());
  }

  @Test
  void rowsThatWereServedBeforeTheBudgetWasSpentKeepTheirAnswers() {
    model.becomes(failingOn(Set.of(1L, 3L, 5L, 7L)));
    Ticket ticket = submit(ids(8));
    closeAndRun();
    List<Outcome> outcomes = ticket.await();
    // 8, 4, 2, 1, 1, 2, 1, 1: eight passes, the first and 2 x 3 + 1 more.
    assertEquals(8, model.passes().size());
    assertServed(0, outcomes.get(0));
    assertServed(2, outcomes.get(2));
    outcomes.subList(4, 8).forEach(rest -> assertInstanceOf(Outcome.Failed.class, rest));
  }

  @Test
  void anAnswerThatIsNotFiniteFailsAloneAndNothingRunsTwice() {
    model.becomes(
        batch -> {
          answer(batch);
          for (Row row : batch.rows()) {
            if (id(row) == 1) {
              row.answer(Prediction.of(1, Float.NaN));
            } else if (id(row) == 2) {
              row.answer(Prediction.of(Float.NEGATIVE_INFINITY));
            }
          }
          return new PassResult.Done();
        });
    List<Outcome> outcomes = submitAndServe(4);
    assertServed(0, outcomes.get(0));
    assertInstanceOf(Outcome.Failed.class, outcomes.get(1));
    assertInstanceOf(Outcome.Failed.class, outcomes.get(2));
    assertServed(3, outcomes.get(3));
    assertEquals(1, model.passes().size());
  }

  @Test
  void aRowWithoutAnAnswerFailsAloneAndNeverGetsAStaleOne() {
    model.becomes(
        batch -> {
          // In the first pass every row but 3 is answered, wrongly; in later ones all but 2.
          long silent = batch.size() == 4 ? 3 : 2;
          for (Row row : batch.rows()) {
            if (id(row) != silent) {
              row.answer(Prediction.of(batch.size() == 4 ? -1 : (float) id(row)));
            }
          }
          return new PassResult.Done();
        });
    List<Outcome> outcomes = submitAndServe(4);
    assertServed(0, outcomes.get(0));
    assertServed(1, outcomes.get(1));
    assertInstanceOf(Outcome.Failed.class, outcomes.get(2));
    assertServed(3, outcomes.get(3));
  }

  private List<Outcome> submitAndServe(int rows) {
    Ticket ticket = submit(ids(rows));
    closeAndRun();
    return ticket.await();
  }

  static Stream<Supplier<Throwable>> thrown() {
    return Stream.of(
        () -> new IllegalStateException("thrown by the model"),
        () -> new java.io.IOException("thrown by native code, which knows no checked exceptions"),
        StackOverflowError::new,
        () -> new AssertionError("thrown by the model"),
        () -> new UnsatisfiedLinkError("thrown by the model"));
  }

  @ParameterizedTest
  @MethodSource("thrown")
  void whatAModelThrowsFailsTheRowAtFaultAlone(Supplier<Throwable> thrown) {
    model.becomes(
        batch -> {
          if (batch.rows().stream().anyMatch(row -> id(row) == 2)) {
            DeviceLoopTest.<RuntimeException>raise(thrown.get());
          }
          return answer(batch);
        });
    Ticket before = submit(0, 1, 2, 3);
    Ticket after = submit(4);
    closeAndRun();
    assertInstanceOf(Outcome.Failed.class, before.await().get(2));
    for (int row : List.of(0, 1, 3)) {
      assertServed(row, before.await().get(row));
    }
    assertServed(4, after.await().getFirst());
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void raise(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void aBugOutsideTheModelEndsTheRowsItHadTakenAndLeavesNothingInFlight() {
    ServingListener broken =
        new ServingListener() {
          @Override
          public void rowDequeued(long queueNanos) {
            throw new IllegalStateException("a bug of a listener's");
          }
        };
    Ticket ticket = submit(1, 2);
    queue.close();
    DeviceLoop loop = loop(scheduler, queue, broken);
    assertThrows(IllegalStateException.class, loop::run);
    assertTrue(ticket.done());
    assertEquals(EMPTY, queue.state());
  }

  // ---- memory

  @Test
  void outOfMemoryHalvesTheBatchAndFailsNobody() {
    model.becomes(batch -> batch.size() > 8 ? outOfMemory() : answer(batch));
    Ticket first = submit(ids(64));
    Ticket second = submit(ids(20));
    closeAndRun();
    for (int row = 0; row < 64; row++) {
      assertServed(row, first.await().get(row));
    }
    for (int row = 0; row < 20; row++) {
      assertServed(row, second.await().get(row));
    }
    assertEquals(8, queue.batchLimit());
    List<Integer> sizes = model.passes().stream().map(List::size).toList();
    assertEquals(List.of(8, 8, 4), sizes.subList(sizes.size() - 3, sizes.size()));
    assertEquals(Set.of(), events.failures);
  }

  @Test
  void anOutOfMemoryErrorIsTheSame() {
    model.becomes(
        batch -> {
          if (batch.size() > 4) {
            throw new OutOfMemoryError("as the test says");
          }
          return answer(batch);
        });
    List<Outcome> outcomes = submitAndServe(16);
    outcomes.forEach(outcome -> assertInstanceOf(Outcome.Completed.class, outcome));
    assertEquals(4, queue.batchLimit());
  }

  @Test
  void passesThatHalveForMemoryLeaveTheBudgetForARowAtFault() {
    model.becomes(batch -> batch.size() > 8 ? outOfMemory() : failingOn(Set.of(5L)).apply(batch));
    List<Outcome> outcomes = submitAndServe(64);
    for (int row = 0; row < 64; row++) {
      if (row == 5) {
        assertInstanceOf(Outcome.Failed.class, outcomes.get(row));
      } else {
        assertServed(row, outcomes.get(row));
      }
    }
  }

  @Test
  void batchesGrowAgainWhenMemoryHasBeenEnoughForLong() {
    model.becomes(batch -> batch.size() > 8 ? outOfMemory() : answer(batch));
    List<Integer> limits = new ArrayList<>();
    submit(ids(64));
    for (int pass = 0; pass < 256 * 3; pass++) {
      time.at(
          Duration.ofMillis(1 + pass),
          () -> {
            model.becomes(ScriptedModel::answer);
            submit(1);
            limits.add(queue.batchLimit());
          });
    }
    time.at(Duration.ofSeconds(10), queue::close);
    run();
    assertEquals(8, limits.getFirst());
    assertTrue(limits.containsAll(List.of(8, 16, 32)), limits.toString());
    assertEquals(64, queue.batchLimit());
  }

  @Test
  void aLoopThatStartsWhileBatchesAreSmallStillLetsThemGrow() {
    queue.limitBatch(32);
    for (int pass = 0; pass < 256; pass++) {
      time.at(Duration.ofMillis(pass), () -> submit(1));
    }
    time.at(Duration.ofSeconds(10), queue::close);
    run();
    assertEquals(64, queue.batchLimit());
  }

  @Test
  void aRowThatIsTooLargeAloneFailsAndLeavesTheOthersTheirBatches() {
    model.becomes(
        batch ->
            batch.rows().stream().anyMatch(row -> id(row) == 9) ? outOfMemory() : answer(batch));
    List<Outcome> outcomes = submitAndServe(16);
    for (int row = 0; row < 16; row++) {
      if (row == 9) {
        assertInstanceOf(Outcome.Failed.class, outcomes.get(row));
      } else {
        assertServed(row, outcomes.get(row));
      }
    }
    assertEquals(64, queue.batchLimit(), "one row's size says nothing about the others'");
  }

  // ---- a broken device, a broken model

  @Test
  void aLostDeviceRejectsEverybodyAndEndsTheLoop() {
    model.becomes(batch -> deviceLost());
    Ticket running = submit(ids(64));
    Ticket waiting = submit(64, 65);
    assertEquals(DeviceLoop.Ending.DEVICE_LOST, run());
    running.await().forEach(outcome -> assertRejected(Rejection.UNAVAILABLE, outcome));
    waiting.await().forEach(outcome -> assertRejected(Rejection.UNAVAILABLE, outcome));
    assertRejected(Rejection.UNAVAILABLE, submit(66).await().getFirst());
    assertEquals(List.of("unavailable"), events.told);
    assertEquals(1, model.passes().size());
    assertEquals(EMPTY, queue.state());
  }

  @Test
  void aDeviceLostWhileABatchIsHalvedRejectsWhatIsLeftOfIt() {
    model.becomes(
        batch ->
            batch.size() == 4
                ? fault()
                : batch.rows().stream().anyMatch(row -> id(row) == 0)
                    ? answer(batch)
                    : deviceLost());
    Ticket ticket = submit(ids(4));
    assertEquals(DeviceLoop.Ending.DEVICE_LOST, run());
    assertServed(0, ticket.await().get(0));
    assertServed(1, ticket.await().get(1));
    assertRejected(Rejection.UNAVAILABLE, ticket.await().get(2));
    assertRejected(Rejection.UNAVAILABLE, ticket.await().get(3));
  }

  /** Requests of one row each, one after the other, each a second after the last. */
  private List<Ticket> eachSecond(int requests) {
    List<Ticket> tickets = new ArrayList<>();
    for (int request = 0; request < requests; request++) {
      long id = request;
      time.at(Duration.ofSeconds(request), () -> tickets.add(submit(id)));
    }
    return tickets;
  }

  private static boolean isProbe(Batch batch) {
    return id(batch.rows().getFirst()) == KNOWN_GOOD;
  }

  @Test
  void threeBatchesThatFailWholeMakeItTryTheModelWithGoodRows() {
    model.becomes(batch -> isProbe(batch) ? answer(batch) : fault());
    List<Ticket> tickets = eachSecond(4);
    time.at(Duration.ofSeconds(100), queue::close);
    assertEquals(DeviceLoop.Ending.DRAINED, run());
    assertEquals(
        List.of(List.of(0L), List.of(1L), List.of(2L), List.of(KNOWN_GOOD), List.of(3L)),
        model.passes());
    for (Ticket ticket : tickets) {
      assertInstanceOf(Outcome.Failed.class, ticket.await().getFirst());
    }
    assertEquals(List.of(), events.told, "the callers' rows were at fault, not the model");
  }

  @Test
  void aBatchThatIsServedStartsTheCountAgain() {
    model.becomes(batch -> id(batch.rows().getFirst()) == 2 ? answer(batch) : fault());
    eachSecond(5);
    time.at(Duration.ofSeconds(100), queue::close);
    run();
    assertEquals(5, model.passes().size(), "no probe: " + model.passes());
  }

  @Test
  void aModelThatFailsGoodRowsRejectsCallersUntilItRecovers() {
    model.becomes(batch -> fault());
    List<Ticket> tickets = eachSecond(5);
    time.at(Duration.ofSeconds(9), () -> model.becomes(ScriptedModel::answer));
    time.at(Duration.ofSeconds(20), () -> tickets.add(submit(20)));
    time.at(Duration.ofSeconds(100), queue::close);
    assertEquals(DeviceLoop.Ending.DRAINED, run());
    for (Ticket failed : tickets.subList(0, 3)) {
      assertInstanceOf(Outcome.Failed.class, failed.await().getFirst());
    }
    for (Ticket rejected : tickets.subList(3, 5)) {
      assertRejected(Rejection.UNAVAILABLE, rejected.await().getFirst());
    }
    assertServed(20, tickets.get(5).await().getFirst());
    assertEquals(List.of("unavailable", "available"), events.told);
    // The third failure at 2 s is followed by probes at 2, 7 and 12 s.
    assertEquals(3, model.passes().stream().filter(List.of(KNOWN_GOOD)::equals).count());
    assertEquals(EMPTY, queue.state());
  }

  @Test
  void aDeviceWithoutMemoryForASingleRowIsUnavailable() {
    model.becomes(batch -> outOfMemory());
    eachSecond(3);
    time.at(Duration.ofSeconds(4), queue::close);
    run();
    assertEquals(List.of("unavailable"), events.told);
  }

  @Test
  void goodRowsWithAnswersThatAreNoNumbersAreAFailedProbe() {
    model.becomes(
        batch -> {
          batch.rows().forEach(row -> row.answer(Prediction.of(Float.NaN)));
          return new PassResult.Done();
        });
    eachSecond(3);
    time.at(Duration.ofSeconds(4), queue::close);
    run();
    assertEquals(List.of("unavailable"), events.told);
  }

  @Test
  void aBrokenModelStillEndsWhenTheQueueIsClosed() {
    model.becomes(batch -> fault());
    eachSecond(3);
    time.at(Duration.ofSeconds(30), queue::close);
    assertEquals(DeviceLoop.Ending.DRAINED, run());
    assertEquals(Duration.ofSeconds(30).toNanos(), time.nanos());
    assertEquals(List.of("unavailable"), events.told);
  }

  @Test
  void anErrorOfTheVirtualMachineInAProbeIsAFailedProbe() {
    model.becomes(
        batch -> {
          throw new InternalError("a fault in mapped memory");
        });
    eachSecond(3);
    time.at(Duration.ofSeconds(9), () -> model.becomes(ScriptedModel::answer));
    List<Ticket> later = new ArrayList<>();
    time.at(Duration.ofSeconds(20), () -> later.add(submit(20)));
    time.at(Duration.ofSeconds(100), queue::close);
    assertEquals(DeviceLoop.Ending.DRAINED, run());
    assertEquals(List.of("unavailable", "available"), events.told);
    assertServed(20, later.getFirst().await().getFirst());
  }

  @Test
  void aBugInAProbeDoesNotEndTheProbing() {
    int[] bugs = {0};
    ServingListener broken =
        new ServingListener() {
          @Override
          public void unavailable(String reason) {
            if (bugs[0]++ == 0) {
              throw new IllegalStateException("a bug in the log");
            }
          }
        };
    model.becomes(batch -> fault());
    eachSecond(3);
    time.at(Duration.ofSeconds(9), () -> model.becomes(ScriptedModel::answer));
    List<Ticket> later = new ArrayList<>();
    time.at(Duration.ofSeconds(20), () -> later.add(submit(20)));
    time.at(Duration.ofSeconds(100), queue::close);
    DeviceLoop loop = loop(scheduler, queue, broken);
    assertThrows(IllegalStateException.class, loop::run);
    // As the lane's thread does.
    assertEquals(DeviceLoop.Ending.DRAINED, loop.run());
    assertEquals(2, bugs[0], "told again");
    assertServed(20, later.getFirst().await().getFirst());
  }

  @Test
  void aDeviceThatIsLostInAProbeEndsTheLoop() {
    model.becomes(batch -> isProbe(batch) ? deviceLost() : fault());
    eachSecond(3);
    assertEquals(DeviceLoop.Ending.DEVICE_LOST, run());
    assertRejected(Rejection.UNAVAILABLE, submit(9).await().getFirst());
  }
}
