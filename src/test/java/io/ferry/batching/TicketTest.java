package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TicketTest {

  private static final Duration DEADLINE = Duration.ofMillis(100);
  private static final Outcome FIRST = new Outcome.Failed("first");

  private final FakeTime time = new FakeTime();
  private final FakeTime.FakeParker caller = time.parker();
  private final RequestQueue queue =
      new RequestQueue(
          new BatchPolicy(8, 1000, Duration.ofHours(1), 10), new DeviceScheduler(time));

  private Ticket submit(int rows) {
    List<ModelInput> encodings =
        IntStream.range(0, rows).<ModelInput>mapToObj(row -> ScriptedModel.row(row)).toList();
    return queue.enqueue(
        queue.tryAdmit(rows).orElseThrow(), encodings, DEADLINE.toNanos(), 5, caller);
  }

  @Test
  void expiresExactlyAtTheDeadline() {
    Ticket ticket = submit(2);
    assertEquals(List.of(new Outcome.Expired(), new Outcome.Expired()), ticket.await());
    assertEquals(DEADLINE.toNanos(), time.nanos());
    assertEquals(new QueueState(0, Duration.ZERO, 0, 0), queue.state());
  }

  @Test
  void aWakeUpForNoReasonDoesNotEndTheWait() {
    Ticket ticket = submit(1);
    time.at(Duration.ofMillis(40), caller::unpark);
    time.at(Duration.ofMillis(60), caller::unpark);
    assertEquals(List.of(new Outcome.Expired()), ticket.await());
    assertEquals(DEADLINE.toNanos(), time.nanos());
  }

  @Test
  void aDeadlineThatHasPassedExpiresAtOnce() {
    time.pass(Duration.ofSeconds(1));
    assertEquals(List.of(new Outcome.Expired()), submit(1).await());
    assertEquals(Duration.ofSeconds(1).toNanos(), time.nanos());
  }

  @Test
  void returnsWhenTheLastRowHasItsOutcome() {
    Ticket ticket = submit(2);
    Outcome second = new Outcome.Failed("second");
    time.at(Duration.ofMillis(10), () -> ticket.entries().get(1).complete(second));
    time.at(Duration.ofMillis(20), () -> ticket.entries().get(0).complete(FIRST));
    assertEquals(List.of(FIRST, second), ticket.await());
    assertEquals(Duration.ofMillis(20).toNanos(), time.nanos());
    assertEquals(1, caller.unparks(), "it is woken for the last row only");
  }

  @Test
  void onlyRowsWithoutAnOutcomeExpire() {
    Ticket ticket = submit(3);
    time.at(Duration.ofMillis(10), () -> ticket.entries().get(1).complete(FIRST));
    assertEquals(List.of(new Outcome.Expired(), FIRST, new Outcome.Expired()), ticket.await());
  }

  @Test
  void aCancelEndsTheWaitAtOnce() {
    Ticket ticket = submit(2);
    time.at(Duration.ofMillis(30), ticket::cancel);
    assertEquals(List.of(new Outcome.Cancelled(), new Outcome.Cancelled()), ticket.await());
    assertEquals(Duration.ofMillis(30).toNanos(), time.nanos());
    assertEquals(new QueueState(0, Duration.ZERO, 0, 0), queue.state());
  }

  @Test
  void aCancelAfterTheEndChangesNothing() {
    Ticket ticket = submit(1);
    List<Outcome> outcomes = ticket.await();
    ticket.cancel();
    ticket.cancel();
    assertEquals(outcomes, ticket.await());
    assertEquals(0, queue.state().takenPlaces());
  }

  @Test
  void theFirstOutcomeStands() {
    Ticket ticket = submit(1);
    Entry entry = ticket.entries().getFirst();
    assertFalse(ticket.done());
    assertTrue(entry.complete(FIRST));
    assertTrue(ticket.done());
    assertFalse(entry.complete(new Outcome.Expired()));
    assertEquals(List.of(FIRST), ticket.await());
    assertEquals(0, time.nanos());
  }

  @Test
  void ofManyThreadsThatEndARowOneSucceeds() throws Exception {
    int threads = 4;
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (int round = 0; round < 500; round++) {
        Ticket ticket = submit(1);
        Entry entry = ticket.entries().getFirst();
        AtomicInteger successes = new AtomicInteger();
        Callable<Void> end =
            () -> {
              if (entry.complete(new Outcome.Failed(Thread.currentThread().getName()))) {
                successes.incrementAndGet();
              }
              return null;
            };
        for (Future<Void> ended :
            executor.invokeAll(List.of(end, end, end, Executors.callable(ticket::cancel, null)))) {
          ended.get();
        }
        assertTrue(ticket.done());
        boolean cancelled = ticket.await().getFirst() instanceof Outcome.Cancelled;
        assertEquals(cancelled ? 0 : 1, successes.get());
        // Only an outcome that came through the queue unlinks the row.
        if (!cancelled) {
          queue.suspend(Outcome.Rejection.UNAVAILABLE);
          queue.resume();
        }
        assertEquals(new QueueState(0, Duration.ZERO, 0, 0), queue.state());
      }
    }
  }
}
