package io.ferry.batching;

/**
 * Where arrivals follow from answers: which of a few rules is best, found out by trying. One that
 * does better than the one in force takes its place; after each trial that fails the next comes
 * later. So callers who take turns in groups, each waiting for the other's pass, are brought
 * together even where all that was seen speaks for their turns. Guarded by the queue's lock.
 */
final class Trials {

  /** How much less of their time callers must spend in a trial. */
  private static final double GAIN = 0.03;

  /** How many times as many rows as there are callers make a stretch, which is measured. */
  private static final int ROUNDS = 4;

  private static final int LEAST_ROWS = 24;

  /** So many stretches are between trials at first. */
  private static final int FIRST_PAUSE = 4;

  /** How much worse than in its trial what was tried may become. */
  private static final double WORSE = 1.1;

  /**
   * For as many as there are callers to a lane.
   *
   * @param rows as many
   */
  private record Gather(Forecast forecast, int rows) implements WaitRule {
    @Override
    public long dueNanos(long now, Waiting waiting) {
      // Who left for good is waited for as long as a pass takes.
      return waiting.rows() >= rows ? now : waiting.changedNanos() + forecast.passNanos();
    }
  }

  /** What there is to try: the usual rule, to wait for everybody, not to wait. */
  private enum Choice {
    USUAL,
    GATHER,
    NONE;

    Choice next() {
      return switch (this) {
        case USUAL -> GATHER;
        case GATHER -> NONE;
        case NONE -> USUAL;
      };
    }
  }

  private final WaitRule usual;
  private final Forecast forecast;
  private final WaitRule none = new WaitRule.Patience(0, 0);
  private Gather gather;

  private Choice best = Choice.USUAL;

  /** The one that decides now; another than the best is on trial. */
  private Choice current = Choice.USUAL;

  private Choice lastTried = Choice.USUAL;

  /** Whether those who waited when the trial began have left. */
  private boolean settled;

  private int stretches;
  private int pause = FIRST_PAUSE;

  /** Of this stretch. */
  private int rows;

  private double spentNanos;

  /** What a row took in the last stretch of the best. */
  private double nanosOfRow;

  /** What a row took in its trial. */
  private double promisedNanos;

  Trials(WaitRule usual, Forecast forecast) {
    this.usual = usual;
    this.forecast = forecast;
    this.gather = new Gather(forecast, 1);
  }

  /** The rule that decides now. */
  WaitRule rule() {
    return switch (current) {
      case USUAL -> usual;
      case GATHER -> gather;
      case NONE -> none;
    };
  }

  /**
   * So many rows have left as a batch.
   *
   * @param itsNanos what they have waited and what their pass takes, of all together
   * @param callers as many rows as are here at most
   */
  void dispatched(int itsRows, double itsNanos, int callers, int lanes) {
    gather = new Gather(forecast, Math.ceilDiv(callers, lanes));
    rows += itsRows;
    spentNanos += itsNanos;
    int stretch = Math.max(LEAST_ROWS, ROUNDS * callers);
    if (current == best) {
      if (rows >= stretch) {
        measured();
        if (best != Choice.USUAL && nanosOfRow > WORSE * promisedNanos) {
          best = Choice.USUAL;
          current = best;
        }
        if (++stretches >= pause) {
          tryNext();
        }
      }
    } else if (!settled) {
      if (rows >= callers) {
        settled = true;
        begin();
      }
    } else if (spentNanos > allowed() * stretch) {
      current = best;
      pause *= 2;
      begin();
    } else if (rows >= stretch) {
      best = current;
      pause = FIRST_PAUSE;
      measured();
      promisedNanos = nanosOfRow;
    }
  }

  /** Who is as good, and waits for a number, is the steadier one. */
  private double allowed() {
    return current == Choice.GATHER ? nanosOfRow : (1 - GAIN) * nanosOfRow;
  }

  private void tryNext() {
    stretches = 0;
    settled = false;
    do {
      lastTried = lastTried.next();
    } while (lastTried == best);
    current = lastTried;
  }

  private void measured() {
    nanosOfRow = spentNanos / rows;
    begin();
  }

  private void begin() {
    spentNanos = 0;
    rows = 0;
  }
}
