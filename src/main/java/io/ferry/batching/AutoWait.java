package io.ferry.batching;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * {@code max-wait: auto}. What arrives is also rehearsed: with {@link ControlLimit}, and with waits
 * that are fixed. The rule under which callers would have spent least lately is the one to follow.
 *
 * <p>That holds as long as the same would have arrived whatever was decided. Where arrivals follow
 * from answers ({@link ClosedLoop}) rehearsals mislead, and what decides is found by {@link
 * Trials}; mostly it is {@link ControlLimit}, which learns from what its own waits bring.
 */
final class AutoWait implements WaitRule {

  /** However much it seems to pay. */
  static final long AT_MOST = MaxWait.LONGEST_AUTO.toNanos();

  /** What lies so many rows back counts a third in what callers spend. */
  private static final double MEMORY_ROWS = 1000;

  /** As many at first, and half as many as have come: the beginning is soon forgotten. */
  private static final double FIRST_ROWS = 20;

  /** From the oldest row on. */
  private static final long[] WAITS_MICROS = {0, 100, 300, 1_000, 3_000, 10_000, 30_000};

  /** For as long as nothing changes. */
  private static final long[] PAUSES_MICROS = {300, 1_000, 3_000};

  private static final long MICRO = 1_000;

  private final Forecast forecast;
  private final ControlLimit limit;
  private final ClosedLoop loop = new ClosedLoop();
  private final Trials trials;
  private final List<Rehearsal> rehearsals;

  /** The one under which least was spent. */
  private WaitRule best;

  private long rows;
  private int lanes = 1;

  AutoWait(Forecast forecast) {
    this.forecast = forecast;
    this.limit = new ControlLimit(forecast);
    this.trials = new Trials(limit, forecast);
    this.best = limit;
    this.rehearsals =
        Stream.of(
                Stream.of(new ControlLimit(forecast)),
                LongStream.of(WAITS_MICROS).mapToObj(it -> new Patience(it * MICRO, AT_MOST)),
                LongStream.of(PAUSES_MICROS).mapToObj(it -> new Patience(AT_MOST, it * MICRO)))
            .flatMap(it -> it)
            .map(it -> new Rehearsal(it, forecast))
            .toList();
  }

  @Override
  public void arrived(Arrival arrival) {
    lanes = arrival.lanes();
    limit.arrived(arrival);
    int inside = arrival.waiting() + arrival.inFlight() + arrival.rows();
    loop.arrived(arrival.nanos(), arrival.rows(), inside);
    if (forecast.costs().known()) {
      rehearse(arrival);
    }
  }

  private void rehearse(Arrival arrival) {
    rows += arrival.rows();
    double kept = Math.exp(-arrival.rows() / Math.min(MEMORY_ROWS, FIRST_ROWS + rows / 2.0));
    double least = Double.POSITIVE_INFINITY;
    for (Rehearsal rehearsal : rehearsals) {
      rehearsal.arrived(arrival);
      rehearsal.fade(kept);
      if (rehearsal.spent() < least) {
        least = rehearsal.spent();
        best = rehearsal.rule();
      }
    }
  }

  @Override
  public void passEnded(long now, int left) {
    limit.passEnded(now, left);
    loop.changed(now, left);
  }

  @Override
  public void dispatched(long now, int dispatched, double waitedNanos) {
    limit.dispatched(now, dispatched, waitedNanos);
    if (dispatched > 0 && forecast.costs().known()) {
      double inPass = dispatched * forecast.usualCost().nanos(dispatched);
      trials.dispatched(dispatched, waitedNanos + inPass, loop.most(), lanes);
    }
  }

  @Override
  public void nobodyWaits() {
    limit.nobodyWaits();
  }

  @Override
  public long dueNanos(long now, Waiting waiting) {
    // Asked in any case: it learns from what follows.
    long byLimit = limit.dueNanos(now, waiting);
    WaitRule rule = loop.likely() ? trials.rule() : best;
    // The control limit that is rehearsed knows another queue.
    return rule instanceof ControlLimit
        ? byLimit
        : Math.min(rule.dueNanos(now, waiting), waiting.oldestNanos() + AT_MOST);
  }
}
