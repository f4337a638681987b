package io.ferry.batching;

import java.util.Optional;

/**
 * A free lane waits for the next row only if that pays. The batch that leaves at a limit instead of
 * at once is the control-limit policy of batch service queues (Deb and Serfozo, Advances in Applied
 * Probability 1973). Here the limit is not a number of rows but follows from what is known: what
 * passes take, how many rows arrive, and how soon the next one came in situations like this one
 * ({@link ArrivalMemory}).
 *
 * <p>Both ways are compared by the time that all callers together spend. Who joins the batch saves
 * the wait for a pass of its own, and if nobody else would have been in that pass, those who would
 * have arrived during it find a free lane. Who is in the batch already, and who arrives during it,
 * is later by the wait and by what the larger pass takes longer. On steady arrivals waiting does
 * not pay; it pays where rows come in bursts, above all where callers send the next request when
 * they have their answer.
 *
 * <p>Guarded by the queue's lock.
 */
final class ControlLimit implements WaitRule {

  /** How much more a wait must be expected to bring than to cost: gaps that were seen are few. */
  private static final double CAUTION = 1.4;

  /** The next gap may be longer than those that were seen: how many times as long is waited for. */
  private static final double MARGIN = 2;

  /** How often the longest gap that was seen is doubled to find a horizon beyond it. */
  private static final int DOUBLINGS_BEYOND = 5;

  private final Forecast forecast;
  private final ArrivalMemory memory = new ArrivalMemory();

  /** Whether a pass has ended since the last row came to a free lane. */
  private boolean passEnded;

  /** Whether there is a decision for what waits now, and until when to wait by it. */
  private boolean decided;

  private long dueNanos;

  /** The last decision, as long as no request has come since. */
  private Optional<Decided> open = Optional.empty();

  /** When a lane first waited for the batch that forms. */
  private long beganNanos = Long.MAX_VALUE;

  /** When a decision was made, and in which situation. */
  private record Decided(long nanos, int rows, boolean afterPass) {}

  ControlLimit(Forecast forecast) {
    this.forecast = forecast;
  }

  @Override
  public void arrived(Arrival arrival) {
    memory.arrived(arrival.nanos(), arrival.rows());
    noteGap(arrival.nanos());
    passEnded = arrival.inFlight() > 0;
    decided = false;
  }

  /** The next request has come, or had not come by now. */
  private void noteGap(long now) {
    open.ifPresent(it -> memory.gap((double) now - it.nanos(), it.rows(), it.afterPass()));
    open = Optional.empty();
  }

  @Override
  public void passEnded(long now, int left) {
    memory.passEnded();
    passEnded = true;
    decided = false;
  }

  @Override
  public void dispatched(long now, int rows, double waitedNanos) {
    memory.passBegan(rows, now);
    nobodyWaits();
  }

  @Override
  public void nobodyWaits() {
    decided = false;
    beganNanos = Long.MAX_VALUE;
  }

  @Override
  public long dueNanos(long now, Waiting waiting) {
    if (!decided) {
      noteGap(now);
      decided = true;
      open = Optional.of(new Decided(now, waiting.rows(), passEnded));
      beganNanos = Math.min(beganNanos, now);
      long wait = Math.round(horizon(waiting));
      dueNanos = Math.min(now + wait, beganNanos + AutoWait.AT_MOST);
    }
    return dueNanos;
  }

  /** For how long to wait for the next request; 0 where waiting does not pay. */
  private double horizon(Waiting waiting) {
    Gaps gaps = memory.gaps(waiting.rows(), passEnded);
    if (!gaps.known() || !forecast.costs().known()) {
      return 0;
    }
    CostTable.OfLength cost = forecast.costs().at(waiting.longest());
    Worth worth = worth(waiting.rows(), gaps.median(), cost, waiting.maxSize());
    return horizon(gaps.ascending(), worth);
  }

  /**
   * What it is worth that the next request joins, with those that would follow it.
   *
   * @param gain nanoseconds that all callers save together, but for what waiting for it costs
   * @param delayed rows that waiting for it delays
   */
  private record Worth(double gain, double delayed) {

    double net(double wait) {
      return gain - CAUTION * wait * delayed;
    }
  }

  /** Of as many requests as are best to join. */
  private Worth worth(int rows, double gap, CostTable.OfLength cost, int maxSize) {
    int request = Math.max(1, (int) Math.round(forecast.rowsOfRequest()));
    int room = maxSize - rows;
    double arriving = arrivals(rows, cost.nanos(rows));
    Worth best = new Worth(0, 0);
    double rest = 0;
    for (int joining = Math.min(request, room); joining <= room; joining += request) {
      Worth joined = worth(rows, joining, arriving, gap, rest, cost, maxSize);
      best = joined.net(gap) > best.net(gap) ? joined : best;
      if (joining >= arriving) {
        break;
      }
      rest += memory.gapAfter(rows + joining);
    }
    return best;
  }

  /**
   * Of so many rows.
   *
   * @param arriving how many come during a pass that begins now
   * @param gap until the next request, nanoseconds
   * @param rest from the next request to the last of those that join
   */
  private Worth worth(
      int rows,
      int joining,
      double arriving,
      double gap,
      double rest,
      CostTable.OfLength cost,
      int maxSize) {
    double now = cost.nanos(rows);
    double joined = cost.nanos(rows + joining);
    int later = Math.clamp(Math.round(arriving), joining, maxSize);
    double next = cost.nanos(later);
    double nextWithout = later > joining ? cost.nanos(later - joining) : 0;
    double followers = Math.max(0, arriving - joining);
    double dearer = joined - now;
    double cheaper = next - nextWithout;
    double earlier = now + next - joined - gap - rest;
    // As if others came independently of each other.
    double nobodyElse = Math.exp(-followers);
    double delayed = rows + followers + joining;
    double gain =
        joining * (now + next - joined)
            - rows * dearer
            - followers * (dearer - cheaper)
            + nobodyElse * gained(later, next, earlier)
            - CAUTION * delayed * rest;
    return new Worth(gain, delayed);
  }

  private double arrivals(int rows, double nanos) {
    return memory.arrivals(rows, forecast.arrivals(nanos));
  }

  /**
   * What those who arrive during a pass gain together, if the lane is free earlier than at its end.
   *
   * @param earlier by so much
   */
  private double gained(int rows, double nanos, double earlier) {
    double left = nanos - memory.offset(rows, nanos / 2);
    return arrivals(rows, nanos) * Math.max(0, Math.min(earlier, left));
  }

  /** The horizon that nets most, judged by the gaps that were seen and one that was not. */
  private static double horizon(double[] seen, Worth worth) {
    double longestSeen = seen[seen.length - 1];
    double best = 0;
    double horizon = 0;
    for (int i = 0; i < seen.length + DOUBLINGS_BEYOND - 1; i++) {
      double until = i < seen.length ? MARGIN * seen[i] : longestSeen * (4 << (i - seen.length));
      double came = 0;
      double waited = 0;
      for (double gap : seen) {
        came += gap <= until ? 1 : 0;
        waited += Math.min(gap, until);
      }
      // One more, of which all that is known is that it may be longer than those that were seen.
      double beyond = Math.max(0, until - longestSeen);
      double ends = longestSeen == 0 ? 1 : 1 - Math.exp(-beyond / longestSeen);
      came += ends;
      waited += Math.min(longestSeen, until) + longestSeen * ends;
      double net = came * worth.gain() - CAUTION * waited * worth.delayed();
      if (net > best) {
        best = net;
        horizon = until;
      }
    }
    return horizon;
  }
}
