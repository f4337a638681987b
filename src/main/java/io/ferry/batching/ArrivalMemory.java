package io.ferry.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * How soon requests came in situations that were like this one, and how many came during passes:
 * what {@link ControlLimit} judges by. A situation is how many rows wait when a lane could take
 * them, and whether the lane has just become free or a row has just come to a free lane. Guarded by
 * the queue's lock.
 */
final class ArrivalMemory {

  /** How much the newest pass counts in what arrives during passes. */
  private static final double WEIGHT = 0.2;

  /** Up to so many rows each number is a situation apart; beyond, ever more are one. */
  private static final int APART = 64;

  private static final int PER_OCTAVE = 4;

  private final List<Gaps> afterArrival = new ArrayList<>();
  private final List<Gaps> afterPass = new ArrayList<>();

  /** However many rows wait: for what has not been seen often enough. */
  private final Gaps afterAnyArrival = new Gaps();

  /** Between requests, whatever the situation. */
  private final Gaps between = new Gaps();

  /** By the rows of a pass. */
  private final List<DuringPass> during = new ArrayList<>();

  private long arrivedNanos;
  private int rowsOfPass;
  private long passBeganNanos;
  private int arrivedDuringPass;
  private double offsetsNanos;

  /** What arrives during passes of so many rows: how many rows, and how long after the start. */
  private static final class DuringPass {
    private double rows;
    private double offsetNanos;
    private boolean begun;

    void add(double itsRows, double itsOffset) {
      if (itsRows > 0) {
        offsetNanos = rows > 0 ? offsetNanos + WEIGHT * (itsOffset - offsetNanos) : itsOffset;
      }
      rows = begun ? rows + WEIGHT * (itsRows - rows) : itsRows;
      begun = true;
    }
  }

  // ---- what happens

  void arrived(long now, int rows) {
    between.add((double) now - arrivedNanos);
    arrivedNanos = now;
    arrivedDuringPass += rows;
    offsetsNanos += (double) rows * (now - passBeganNanos);
  }

  void passBegan(int rows, long now) {
    rowsOfPass = rows;
    passBeganNanos = now;
    arrivedDuringPass = 0;
    offsetsNanos = 0;
  }

  void passEnded() {
    if (rowsOfPass > 0) {
      during(rowsOfPass).add(arrivedDuringPass, offsetsNanos / Math.max(1, arrivedDuringPass));
      rowsOfPass = 0;
    }
  }

  /** After a decision the next request came so much later, or had not come by then. */
  void gap(double nanos, int rows, boolean afterPass) {
    of(afterPass ? this.afterPass : afterArrival, rows, Gaps::new).add(nanos);
    if (!afterPass) {
      afterAnyArrival.add(nanos);
    }
  }

  // ---- what is known

  /** The gaps that followed this situation, or ones like it. */
  Gaps gaps(int rows, boolean afterPass) {
    if (afterPass) {
      return of(this.afterPass, rows, Gaps::new);
    }
    Gaps its = of(afterArrival, rows, Gaps::new);
    return its.known() ? its : afterAnyArrival;
  }

  /** The gap to expect when so many rows have gathered, in nanoseconds; after the first arrival. */
  double gapAfter(int rows) {
    Gaps its = of(afterArrival, rows, Gaps::new);
    return (its.known() ? its : between).median();
  }

  /**
   * How many rows arrive during a pass of so many.
   *
   * @param otherwise if there was none
   */
  double arrivals(int rows, double otherwise) {
    DuringPass seen = during(rows);
    return seen.begun ? seen.rows : otherwise;
  }

  /**
   * How long after the start of a pass of so many rows others arrive on average, in nanoseconds.
   *
   * @param otherwise if there was none
   */
  double offset(int rows, double otherwise) {
    DuringPass seen = during(rows);
    return seen.begun ? seen.offsetNanos : otherwise;
  }

  private DuringPass during(int rows) {
    return of(during, rows, DuringPass::new);
  }

  private static <T> T of(List<T> kept, int rows, Supplier<T> none) {
    double octaves = CostModel.log2((double) rows / APART);
    int index = rows <= APART ? rows : APART + (int) (octaves * PER_OCTAVE);
    while (kept.size() <= index) {
      kept.add(none.get());
    }
    return kept.get(index);
  }
}
