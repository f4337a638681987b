package io.ferry.batching;

import java.util.Arrays;

/**
 * What callers would spend if a {@link WaitRule} decided: pretended lanes serve what arrives, first
 * come first served, in passes that take what they should. The model has them for itself, all rows
 * are of the usual length, and nobody's arrival depends on an answer. Guarded by the queue's lock.
 */
final class Rehearsal {

  /** Of how many waiting requests the arrival is known; more count as one with the last. */
  private static final int REMEMBERED = 1024;

  private final WaitRule rule;
  private final Forecast forecast;

  /** When the requests that wait came, and how many rows of them wait: rings. */
  private final long[] arrivals = new long[REMEMBERED];

  private final int[] rowsOf = new int[REMEMBERED];
  private int first;
  private int requests;
  private int waiting;

  /** By lane: rows of the pass that runs, 0 if none does, and when it ends. */
  private int[] inPass = new int[0];

  private long[] endNanos = new long[0];
  private int inFlight;

  private long clock;
  private long changedNanos;
  private double spent;

  Rehearsal(WaitRule rule, Forecast forecast) {
    this.rule = rule;
    this.forecast = forecast;
  }

  WaitRule rule() {
    return rule;
  }

  /** Nanoseconds that all rows together have spent in here so far. */
  double spent() {
    return spent;
  }

  /** Makes what was spent so far count less. */
  void fade(double factor) {
    spent *= factor;
  }

  /** Lets happen what happens until a request comes, and then lets it in. */
  void arrived(WaitRule.Arrival arrival) {
    if (arrival.lanes() > inPass.length) {
      inPass = Arrays.copyOf(inPass, arrival.lanes());
      endNanos = Arrays.copyOf(endNanos, arrival.lanes());
    }
    int full = forecast.fullBatch();
    CostTable.OfLength cost = forecast.usualCost();
    boolean more = true;
    while (more) {
      more = step(arrival.nanos(), full, cost);
    }
    moveTo(arrival.nanos());
    rule.arrived(new WaitRule.Arrival(clock, arrival.rows(), waiting, inFlight, arrival.lanes()));
    if (requests < REMEMBERED) {
      int last = (first + requests++) % REMEMBERED;
      arrivals[last] = clock;
      rowsOf[last] = 0;
    }
    rowsOf[(first + requests - 1) % REMEMBERED] += arrival.rows();
    waiting += arrival.rows();
    changedNanos = clock;
  }

  private void moveTo(long nanos) {
    if (nanos > clock) {
      spent += (double) (nanos - clock) * (waiting + inFlight);
      clock = nanos;
    }
  }

  /** Whether a batch left or a pass ended, if one does by {@code now}. */
  private boolean step(long now, int full, CostTable.OfLength cost) {
    int free = -1;
    int next = -1;
    for (int lane = 0; lane < inPass.length; lane++) {
      if (inPass[lane] == 0) {
        free = lane;
      } else if (next < 0 || endNanos[lane] < endNanos[next]) {
        next = lane;
      }
    }
    long end = next < 0 ? Flow.NEVER : endNanos[next];
    if (free >= 0 && waiting > 0) {
      long due = dueNanos(full);
      if (due <= Math.min(end, now)) {
        moveTo(due);
        begin(free, Math.min(waiting, full), cost);
        return true;
      }
    }
    if (end <= now) {
      moveTo(end);
      end(next);
      return true;
    }
    return false;
  }

  private long dueNanos(int full) {
    return waiting >= full
        ? clock
        : rule.dueNanos(
            clock,
            new WaitRule.Waiting(
                arrivals[first], changedNanos, waiting, forecast.usualLength(), full));
  }

  private void begin(int lane, int rows, CostTable.OfLength cost) {
    inPass[lane] = rows;
    endNanos[lane] = clock + Math.round(cost.nanos(rows));
    inFlight += rows;
    waiting -= rows;
    double waited = 0;
    for (int left = rows; left > 0; ) {
      int taken = Math.min(left, rowsOf[first]);
      left -= taken;
      waited += (double) taken * (clock - arrivals[first]);
      rowsOf[first] -= taken;
      if (rowsOf[first] == 0) {
        first = (first + 1) % REMEMBERED;
        requests--;
      }
    }
    rule.dispatched(clock, rows, waited);
    if (waiting == 0) {
      rule.nobodyWaits();
    }
  }

  private void end(int lane) {
    inFlight -= inPass[lane];
    inPass[lane] = 0;
    changedNanos = clock;
    rule.passEnded(clock, waiting + inFlight);
  }
}
