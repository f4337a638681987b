package io.ferry.batching;

import java.util.Arrays;

/**
 * What passes should take, read off a {@link CostModel} at the points of a grid, a quarter of an
 * octave apart in rows and in length, and kept for some passes: whoever chooses among batches asks
 * for thousands of them. Between points it is a straight line, which is within 1 % of a power.
 *
 * <p>Belongs to the lock of its owner.
 */
final class CostTable {

  private static final int POINTS_PER_OCTAVE = 4;

  /** For how many passes what was read off is good enough; as many as there were, at first. */
  private static final long KEPT_PASSES = 16;

  private final CostModel model;

  /** By the point of length, then by the point of rows. */
  private Column[] columns = new Column[0];

  /** Where numbers of rows lie on their axis: logarithms are dear. */
  private double[] rowPoints = new double[0];

  private final class Column {
    private final int length;
    private double[] nanos = new double[0];
    private long[] readAt = new long[0];

    Column(int length) {
      this.length = length;
    }

    double nanos(int point) {
      if (point >= nanos.length) {
        int filled = nanos.length;
        nanos = Arrays.copyOf(nanos, point + POINTS_PER_OCTAVE);
        readAt = Arrays.copyOf(readAt, nanos.length);
        Arrays.fill(readAt, filled, readAt.length, -KEPT_PASSES);
      }
      if (model.passes() - readAt[point] >= Math.clamp(readAt[point], 1, KEPT_PASSES)) {
        nanos[point] = model.nanos(octaves(point), octaves(length));
        readAt[point] = model.passes();
      }
      return nanos[point];
    }
  }

  CostTable(CostModel model) {
    this.model = model;
  }

  /** Whether anything is known. */
  boolean known() {
    return model.known();
  }

  /**
   * What a pass takes.
   *
   * @param rows at least 1
   * @param length padded tokens of a row, at least 1
   * @return nanoseconds; 0 if nothing is known
   */
  double nanos(int rows, int length) {
    return known() ? at(length).nanos(rows) : 0;
  }

  /**
   * What passes of one padded length take; only if {@link #known}.
   *
   * @param length padded tokens of a row, at least 1
   */
  OfLength at(int length) {
    double at = points(length);
    int column = (int) at;
    return new OfLength(column(column), column(column + 1), at - column);
  }

  /** What passes of one padded length take, by their rows. */
  final class OfLength {
    private final Column shorter;
    private final Column longer;
    private final double fraction;

    private OfLength(Column shorter, Column longer, double fraction) {
      this.shorter = shorter;
      this.longer = longer;
      this.fraction = fraction;
    }

    /** Nanoseconds; of at least one row. */
    double nanos(int rows) {
      double at = rowPoints(rows);
      int point = (int) at;
      double fewer = ofPoint(point);
      return at == point ? fewer : fewer + (at - point) * (ofPoint(point + 1) - fewer);
    }

    private double ofPoint(int point) {
      double ofShorter = shorter.nanos(point);
      return fraction == 0 ? ofShorter : ofShorter + fraction * (longer.nanos(point) - ofShorter);
    }
  }

  private double rowPoints(int rows) {
    if (rows >= rowPoints.length) {
      int filled = rowPoints.length;
      rowPoints = Arrays.copyOf(rowPoints, 2 * rows);
      for (int i = filled; i < rowPoints.length; i++) {
        rowPoints[i] = points(i);
      }
    }
    return rowPoints[rows];
  }

  private Column column(int index) {
    if (index >= columns.length) {
      int filled = columns.length;
      columns = Arrays.copyOf(columns, index + POINTS_PER_OCTAVE);
      for (int i = filled; i < columns.length; i++) {
        columns[i] = new Column(i);
      }
    }
    return columns[index];
  }

  /** Where on the axis of points it lies. */
  private static double points(int value) {
    return CostModel.log2(Math.max(1, value)) * POINTS_PER_OCTAVE;
  }

  private static double octaves(int point) {
    return (double) point / POINTS_PER_OCTAVE;
  }
}
