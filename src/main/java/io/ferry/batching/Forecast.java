package io.ferry.batching;

/**
 * What a queue expects: how long passes take, and when who comes now would be served. Guarded by
 * the queue's lock.
 */
final class Forecast {

  private final CostModel cost = new CostModel();
  private final ArrivalRate arrivals = new ArrivalRate();

  /** Rows have come. */
  void arrived(Ticket ticket) {
    arrivals.observe(ticket.entries().size(), ticket.arrivalNanos());
  }

  /** A pass gave its answers: what it took is what such a pass takes. */
  void served(Batch batch, long nanos) {
    cost.observe(batch.size(), batch.longest(), nanos);
  }

  /** How long a pass of these rows should take, judged by those before; 0 before the first. */
  long nanos(Batch batch) {
    return cost.estimate(batch.size(), batch.longest()).orElse(0);
  }

  /** How far what passes were expected to take was off lately, as a share of what they took. */
  double error() {
    return cost.error();
  }

  /**
   * Whether the last row of a ticket that has just come would be served past its deadline, as far
   * as costs are known: after the passes that go before, in one that has grown until then by what
   * arrives meanwhile. A lane that is free serves at once whatever was learnt, so a wrong estimate
   * cannot shut the queue for good.
   *
   * @param former where the rows wait
   */
  boolean tooLate(Ticket ticket, BatchFormer former, DeviceScheduler scheduler) {
    long now = ticket.arrivalNanos();
    int place = former.place(ticket.entries().getLast());
    int length = cost.usualLength();
    long free = scheduler.freeNanos(now);
    if (length == 0 || (free == now && place <= former.maxSize())) {
      return false;
    }
    int full = former.rowsOf(length);
    int passesBefore = (place - 1) / full;
    double start = free;
    if (passesBefore > 0) {
      double passes = (double) passesBefore / scheduler.lanes();
      start += passes * cost.estimate(full, length).orElse(0);
    }
    double company = place - (double) passesBefore * full + arrivals.rows(start - now);
    int rows = (int) Math.clamp(company, 1, full);
    int own = ticket.longest();
    int padded = rows <= ticket.entries().size() ? own : Math.max(own, length);
    return start + cost.estimate(rows, padded).orElse(0) > ticket.deadlineNanos();
  }
}
