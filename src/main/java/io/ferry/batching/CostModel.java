package io.ferry.batching;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Learns how long a model's passes take, from those that it has run: a table over the rows of a
 * batch and its padded length. Each cell holds moving averages of the passes that fell into it, and
 * an estimate is interpolated between cells. A straight line would fit neither small batches, which
 * cost as much as one row, nor attention, which grows with the square of the length.
 *
 * <p>Cells are a quarter of an octave wide both ways. Between them the time is taken for a power of
 * rows and length, whose exponents are fitted to the cells around by weighted least squares on
 * logarithms (locally weighted regression, Cleveland and Devlin 1988). Weights fall with the fourth
 * power of the distance, so a cell that has been seen counts almost alone for itself.
 *
 * <p>Belongs to one thread, or to the lock of its owner.
 */
final class CostModel {

  private static final double LN_2 = Math.log(2);
  private static final double CELLS_PER_OCTAVE = 4;

  /** The least share of a new pass in a cell: what lies ten passes back counts a third. */
  private static final double LEAST_WEIGHT = 0.1;

  /** How much the newest pass counts in the level. */
  private static final double LEVEL_WEIGHT = 0.05;

  /** Octaves that one pass may be off and still be believed whole: more is an outlier. */
  private static final double MOST_SURPRISE = 1;

  /** How much the newest pass counts in the error. */
  private static final double ERROR_WEIGHT = 0.05;

  /** Octaves within which cells are as good as the same. */
  private static final double NEARNESS = 0.125;

  /** What is assumed of the exponents before passes tell: as strong as one cell an octave away. */
  private static final double USUAL_ROWS_EXPONENT = 0.7;

  private static final double USUAL_LENGTH_EXPONENT = 0.9;
  private static final double BELIEF = 1;

  private final List<Cell> cells = new ArrayList<>();
  private double error;
  private long passes;
  private double usualLength;

  /**
   * How much slower the whole device is than when it began, in octaves. Cells are kept net of it,
   * so that those that have not been seen for long follow a device that grows hot or is shared.
   */
  private double level;

  /** The passes of one cell: averages of where they lay, in octaves, and of their time. */
  private static final class Cell {
    private final int row;
    private final int column;
    private double rows;
    private double length;
    private double nanos;
    private double octavesOfNanos;
    private int count;

    Cell(double rows, double length) {
      this.row = index(rows);
      this.column = index(length);
    }

    static int index(double octaves) {
      return (int) Math.floor(octaves * CELLS_PER_OCTAVE);
    }

    boolean holds(double itsRows, double itsLength) {
      return row == index(itsRows) && column == index(itsLength);
    }

    void add(double itsRows, double itsLength, double itsNanos) {
      count++;
      double weight = Math.max(LEAST_WEIGHT, 1.0 / count);
      rows += weight * (itsRows - rows);
      length += weight * (itsLength - length);
      nanos += weight * (itsNanos - nanos);
      // Kept, because every estimate asks each cell for it.
      octavesOfNanos = log2(nanos);
    }
  }

  /**
   * Learns from a pass.
   *
   * @param rows at least 1
   * @param length tokens of its longest row, at least 1
   * @param nanos how long it took
   */
  void observe(int rows, int length, long nanos) {
    double took = Math.max(1, nanos);
    OptionalLong expected = estimate(rows, length);
    if (expected.isPresent()) {
      double off = Math.abs((double) expected.getAsLong() - took) / took;
      double surprise = log2(took) - log2((double) Math.max(1, expected.getAsLong()));
      level += LEVEL_WEIGHT * Math.clamp(surprise, -MOST_SURPRISE, MOST_SURPRISE);
      error += Math.max(ERROR_WEIGHT, 1.0 / passes) * (off - error);
    }
    passes++;
    usualLength = usualLength == 0 ? length : usualLength + LEAST_WEIGHT * (length - usualLength);
    double net = took / Math.pow(2, level);
    double octavesOfRows = log2(rows);
    double octavesOfLength = log2(length);
    for (Cell cell : cells) {
      if (cell.holds(octavesOfRows, octavesOfLength)) {
        cell.add(octavesOfRows, octavesOfLength, net);
        return;
      }
    }
    Cell cell = new Cell(octavesOfRows, octavesOfLength);
    cell.add(octavesOfRows, octavesOfLength, net);
    cells.add(cell);
  }

  /**
   * How long a pass would take.
   *
   * @param rows at least 1
   * @param length tokens of its longest row, at least 1
   * @return nanoseconds; empty before the first pass
   */
  OptionalLong estimate(int rows, int length) {
    return known()
        ? OptionalLong.of(Math.round(nanos(log2(rows), log2(length))))
        : OptionalLong.empty();
  }

  /** Whether there was a pass. */
  boolean known() {
    return !cells.isEmpty();
  }

  /** How many passes were learnt from. */
  long passes() {
    return passes;
  }

  /**
   * How long a pass would take; only if {@link #known}.
   *
   * @param atRows the binary logarithm of its rows
   * @param atLength the binary logarithm of its padded length
   */
  double nanos(double atRows, double atLength) {
    // Sums of the weighted least squares, about the point that is asked for: the estimate is the
    // intercept.
    double w = 0;
    double x = 0;
    double y = 0;
    double t = 0;
    double xx = 0;
    double xy = 0;
    double yy = 0;
    double xt = 0;
    double yt = 0;
    for (Cell cell : cells) {
      double dx = cell.rows - atRows;
      double dy = cell.length - atLength;
      double distance = dx * dx + dy * dy + NEARNESS * NEARNESS;
      double weight = 1 / (distance * distance);
      double time = cell.octavesOfNanos - USUAL_ROWS_EXPONENT * dx - USUAL_LENGTH_EXPONENT * dy;
      w += weight;
      x += weight * dx;
      y += weight * dy;
      t += weight * time;
      xx += weight * dx * dx;
      xy += weight * dx * dy;
      yy += weight * dy * dy;
      xt += weight * dx * time;
      yt += weight * dy * time;
    }
    xx += BELIEF;
    yy += BELIEF;
    // Cramer's rule for [w x y; x xx xy; y xy yy] * (intercept, slopes) = (t, xt, yt).
    double minor = xx * yy - xy * xy;
    double determinant = w * minor - x * (x * yy - xy * y) + y * (x * xy - xx * y);
    double intercept =
        (t * minor - x * (xt * yy - xy * yt) + y * (xt * xy - xx * yt)) / determinant;
    return Math.pow(2, Math.min(intercept + level, 62));
  }

  /** The padded length of passes lately; 0 before the first. */
  int usualLength() {
    return (int) Math.round(usualLength);
  }

  /** How far estimates were off lately, as a share of what the pass took; 0 before the second. */
  double error() {
    return error;
  }

  static double log2(double value) {
    return Math.log(value) / LN_2;
  }
}
