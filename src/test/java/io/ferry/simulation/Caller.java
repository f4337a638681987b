package io.ferry.simulation;

import io.ferry.batching.Parker;
import io.ferry.batching.Ticket;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One request of the simulation, and what became of it. */
final class Caller implements Parker {

  final List<ModelInput> rows;
  private long enqueuedNanos;
  final long deadlineNanos;
  final int priority;
  private final VirtualTime time;
  private Optional<Ticket> ticket = Optional.empty();
  private Optional<List<Outcome>> outcomes = Optional.empty();
  private int wakeUps;
  boolean cancelled;

  Caller(VirtualTime time, List<ModelInput> rows, long deadlineNanos, int priority) {
    this.time = time;
    this.rows = rows;
    this.deadlineNanos = deadlineNanos;
    this.priority = priority;
  }

  void waitsWith(Ticket got) {
    ticket = Optional.of(got);
    if (got.done()) {
      note();
    }
  }

  /** About to be let in. */
  void enqueues() {
    enqueuedNanos = time.nanos();
  }

  long enqueuedNanos() {
    return enqueuedNanos;
  }

  /** The last of the rows has ended, if the ticket is here already. */
  @Override
  public void unpark() {
    wakeUps++;
    if (ticket.isPresent()) {
      note();
    }
  }

  @Override
  public void parkUntil(long nanos) {
    throw new Violation("nobody waits in a simulation that has one thread");
  }

  @Override
  public void park() {
    throw new Violation("nobody waits in a simulation that has one thread");
  }

  /** What the caller's thread does when its patience is over. */
  void deadline() {
    if (outcomes.isEmpty()) {
      ticket.ifPresent(Ticket::await);
      note();
    }
  }

  void cancel() {
    cancelled = true;
    ticket.ifPresent(Ticket::cancel);
  }

  private void note() {
    List<Outcome> seen = ticket.orElseThrow().await();
    if (outcomes.isPresent()) {
      Simulation.check(outcomes.get().equals(seen), "an outcome changed after it was there");
      return;
    }
    outcomes = Optional.of(seen);
    Simulation.check(seen.size() == rows.size(), "one outcome a row");
    Simulation.check(time.nanos() <= deadlineNanos, "an outcome after the deadline");
    for (int i = 0; i < seen.size(); i++) {
      if (seen.get(i) instanceof Outcome.Completed completed) {
        Simulation.check(
            Arrays.equals(
                completed.prediction().values(), PretendDevice.answer(rows.get(i)).values()),
            "row " + i + " got another row's answer");
        Simulation.check(
            completed.timings().queueNanos() >= 0 && completed.timings().inferenceNanos() >= 0,
            "times run forward");
      }
    }
  }

  boolean ended() {
    return outcomes.isPresent();
  }

  Outcome outcome(int row) {
    return outcomes.orElseThrow().get(row);
  }

  boolean turnedAwayBy(Outcome.Rejection reason) {
    return outcomes.orElseThrow().stream()
        .anyMatch(it -> it instanceof Outcome.Rejected rejected && rejected.reason() == reason);
  }

  int wakeUps() {
    return wakeUps;
  }
}
