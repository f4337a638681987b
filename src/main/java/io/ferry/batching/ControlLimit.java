package io.ferry.batching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code max-wait: auto}: a free lane waits for the next row only if that pays. The batch that
 * leaves at a limit instead of at once is the control-limit policy of batch service queues (Deb and
 * Serfozo, Advances in Applied Probability 1973). Here the limit is not a number of rows but
 * follows from what is known: what passes take, how many rows arrive, and how soon the next one
 * came in situations like this one.
 *
 * <p>Both ways are compared by the time that all callers together spend. Who joins the batch saves
 * the wait for a pass of its own, and if nobody else would have been in that pass, those who would
 * have arrived during it find a free lane. Who is in the batch already, and who arrives during it,
 * is later by the wait and by what the larger pass takes longer. On steady arrivals waiting does
 * not pay; it pays where rows come in bursts, above all where callers send the next request when
 * they have their answer.
 *
 * <p>A situation is how many rows wait, and whether a lane has just become free or a row has just
 * come to a free lane. Belongs to the queue's lock.
 */
final class ControlLimit {

  /** However much it seems to pay. */
  static final Duration AT_MOST = Duration.ofMillis(100);

  /** How many of the last gaps are kept of each situation. */
  private static final int KEPT_GAPS = 16;

  /** What is needed to judge by. */
  private static final int LEAST_GAPS = 4;

  /** How much more a wait must be expected to bring than to cost: gaps that were seen are few. */
  private static final double CAUTION = 1.4;

  /** The next gap may be longer than those that were seen: how many times as long is waited for. */
  private static final double MARGIN = 2;

  private static final int TAIL_STEPS = 4;

  /** How much the newest pass counts in what arrives during passes. */
  private static final double WEIGHT = 0.2;

  private final Forecast forecast;
  private final List<Gaps> afterArrival = new ArrayList<>();
  private final List<Gaps> afterPass = new ArrayList<>();

  /** After an arrival, however many rows wait: for what has not been seen often enough. */
  private final Gaps afterAnyArrival = new Gaps();

  /** By the rows of a pass: what arrives during it. */
  private final List<Meanwhile> meanwhile = new ArrayList<>();

  /** Between requests, whatever the situation. */
  private final Gaps usual = new Gaps();

  private long arrivedNanos;
  private int rowsOfPass;
  private long passBeganNanos;
  private int arrivedDuringPass;
  private double offsetsNanos;

  /** Whether a pass has ended since the last row came to a free lane. */
  private boolean passEnded;

  private boolean decided;
  private long dueNanos;

  /** The situation in which the last decision was made, until the next row comes. */
  private Gaps open = new Gaps();

  private boolean isOpen;
  private boolean openAfterPass;
  private long openSinceNanos;

  /** When a lane first waited for the batch that forms. */
  private long beganNanos = Long.MAX_VALUE;

  /** The last gaps of one situation. */
  private static final class Gaps {
    private final double[] nanos = new double[KEPT_GAPS];
    private int seen;

    void add(double gap) {
      nanos[seen++ % KEPT_GAPS] = gap;
    }

    double[] ascending() {
      double[] sorted = Arrays.copyOf(nanos, Math.min(seen, KEPT_GAPS));
      Arrays.sort(sorted);
      return sorted;
    }
  }

  /** What arrives during passes of so many rows. */
  private static final class Meanwhile {
    private double rows;
    private double offsetNanos;
    private boolean begun;

    void add(double sample, double itsOffset) {
      if (sample > 0) {
        offsetNanos = rows > 0 ? offsetNanos + WEIGHT * (itsOffset - offsetNanos) : itsOffset;
      }
      rows = begun ? rows + WEIGHT * (sample - rows) : sample;
      begun = true;
    }
  }

  ControlLimit(Forecast forecast) {
    this.forecast = forecast;
  }

  /**
   * A request has come.
   *
   * @param rows of it
   * @param laneFree whether no pass runs
   */
  void arrived(long now, int rows, boolean laneFree) {
    usual.add((double) now - arrivedNanos);
    arrivedNanos = now;
    arrivedDuringPass += rows;
    offsetsNanos += (double) rows * (now - passBeganNanos);
    if (isOpen) {
      close(now);
      isOpen = false;
    }
    passEnded = !laneFree;
    decided = false;
  }

  /** A lane has become free. */
  void passEnded() {
    if (rowsOfPass > 0) {
      of(meanwhile, rowsOfPass, Meanwhile::new)
          .add(arrivedDuringPass, offsetsNanos / Math.max(1, arrivedDuringPass));
      rowsOfPass = 0;
    }
    passEnded = true;
    decided = false;
  }

  /** So many rows have left as a batch. */
  void dispatched(int rows, long now) {
    rowsOfPass = rows;
    passBeganNanos = now;
    arrivedDuringPass = 0;
    offsetsNanos = 0;
    nobodyWaits();
  }

  /** There is nothing to wait with. */
  void nobodyWaits() {
    decided = false;
    beganNanos = Long.MAX_VALUE;
  }

  /**
   * Until when a free lane waits for the next row; {@code now} or earlier: not at all.
   *
   * @param rows that wait, at least one, fewer than max-size
   * @param longest tokens of the longest of them
   * @param maxSize rows of a batch at most
   */
  long dueNanos(long now, int rows, int longest, int maxSize) {
    if (!decided) {
      decided = true;
      beganNanos = Math.min(beganNanos, now);
      if (isOpen) {
        // Nobody has come since the last decision.
        close(now);
      }
      openAfterPass = passEnded;
      open = of(passEnded ? afterPass : afterArrival, rows, Gaps::new);
      isOpen = true;
      openSinceNanos = now;
      boolean known = openAfterPass || open.seen >= LEAST_GAPS;
      long wait = Math.round(horizon(known ? open : afterAnyArrival, rows, longest, maxSize));
      dueNanos = Math.min(now + wait, beganNanos + AT_MOST.toNanos());
    }
    return dueNanos;
  }

  /** The next row has come, or has not come for so long. */
  private void close(long now) {
    double gap = (double) now - openSinceNanos;
    open.add(gap);
    if (!openAfterPass) {
      afterAnyArrival.add(gap);
    }
  }

  /** What is kept for so many rows: for each number apart at first, then for ever more together. */
  private static <T> T of(List<T> kept, int rows, Supplier<T> none) {
    int index = rows <= 64 ? rows : 64 + (int) (Math.log(rows / 64.0) / Math.log(2) * 4);
    while (kept.size() <= index) {
      kept.add(none.get());
    }
    return kept.get(index);
  }

  private double arrivalsDuring(int rows, double nanos) {
    Meanwhile seen = of(meanwhile, rows, Meanwhile::new);
    return seen.begun ? seen.rows : forecast.arrivals(nanos);
  }

  /**
   * What those who arrive during a pass gain together, if the lane is free earlier than at its end.
   *
   * @param earlier by so much
   */
  private double gained(int rows, double nanos, double earlier) {
    Meanwhile seen = of(meanwhile, rows, Meanwhile::new);
    double left = nanos - (seen.begun ? seen.offsetNanos : nanos / 2);
    return arrivalsDuring(rows, nanos) * Math.max(0, Math.min(earlier, left));
  }

  private static double median(double[] ascending) {
    return ascending[ascending.length / 2];
  }

  /** For how long to wait for the next request; 0 where waiting does not pay. */
  private double horizon(Gaps gaps, int rows, int longest, int maxSize) {
    double[] seen = gaps.ascending();
    if (seen.length < LEAST_GAPS || !forecast.costs().known()) {
      return 0;
    }
    return horizon(seen, worth(rows, median(seen), forecast.costs().at(longest), maxSize));
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
    double arriving = arrivalsDuring(rows, cost.nanos(rows));
    double usualGap = median(usual.ascending());
    Worth best = new Worth(0, 0);
    double rest = 0;
    for (int joining = Math.min(request, room); joining <= room; joining += request) {
      Worth joined = worth(rows, joining, arriving, gap, rest, cost, maxSize);
      best = joined.net(gap) > best.net(gap) ? joined : best;
      if (joining >= arriving) {
        break;
      }
      double[] following = of(afterArrival, rows + joining, Gaps::new).ascending();
      rest += following.length < LEAST_GAPS ? usualGap : median(following);
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

  /** The horizon that nets most, judged by the gaps that were seen and one that was not. */
  private static double horizon(double[] seen, Worth worth) {
    double longestSeen = seen[seen.length - 1];
    double best = 0;
    double horizon = 0;
    for (int i = 0; i < seen.length + TAIL_STEPS; i++) {
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
