package io.ferry.batching;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The caller's side of a request whose rows wait in a queue. The request's own thread keeps the
 * deadline, so it is exact also while the device is busy or hangs.
 */
public final class Ticket {

  private final RequestQueue queue;
  private final Ticker ticker;
  private final Parker caller;
  private final long arrivalNanos;
  private final long deadlineNanos;
  private final int priority;
  private final List<Entry> entries;
  private final AtomicInteger open;

  Ticket(
      RequestQueue queue,
      Ticker ticker,
      Parker caller,
      long arrivalNanos,
      long deadlineNanos,
      int priority,
      List<ModelInput> rows) {
    this.queue = queue;
    this.ticker = ticker;
    this.caller = caller;
    this.arrivalNanos = arrivalNanos;
    this.deadlineNanos = deadlineNanos;
    this.priority = priority;
    this.open = new AtomicInteger(rows.size());
    List<Entry> made = new ArrayList<>(rows.size());
    for (int position = 0; position < rows.size(); position++) {
      made.add(new Entry(this, rows.get(position), position));
    }
    this.entries = List.copyOf(made);
  }

  /**
   * Waits until every row has its outcome, at most until the deadline; rows without one then
   * expire. Only the thread whose parker this ticket got may call it.
   *
   * @return one outcome a row, in the order of the rows
   */
  public List<Outcome> await() {
    while (!done()) {
      if (ticker.nanos() >= deadlineNanos) {
        queue.withdraw(this, new Outcome.Expired());
      } else {
        caller.parkUntil(deadlineNanos);
      }
    }
    return outcomes();
  }

  /** Ends the rows that have no outcome yet: nobody waits for them. Any thread may call this. */
  public void cancel() {
    queue.withdraw(this, new Outcome.Cancelled());
  }

  /** Whether every row has its outcome. */
  public boolean done() {
    return open.get() == 0;
  }

  private List<Outcome> outcomes() {
    return entries.stream().map(entry -> entry.outcome().orElseThrow()).toList();
  }

  /** Called once by each row that ends. */
  void rowEnded() {
    if (open.decrementAndGet() == 0) {
      caller.unpark();
    }
  }

  /** The length of its longest row. */
  int longest() {
    int longest = 0;
    for (Entry entry : entries) {
      longest = Math.max(longest, entry.input().length());
    }
    return longest;
  }

  List<Entry> entries() {
    return entries;
  }

  long arrivalNanos() {
    return arrivalNanos;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  int priority() {
    return priority;
  }
}
