package io.ferry.batching;

/**
 * Rows, sorted by length, split into batches whose passes take little time together. Rows of like
 * length make little padding; few batches make little fixed cost; what passes take decides between
 * them. Rows of one batch are neighbours in length, so the best split of the first j rows ends with
 * a batch of k rows that are padded to the j-th, behind the best split of the first j - k: the
 * dynamic program of TurboTransformers (Fang et al., PPoPP 2021), here with limits in rows and
 * tokens.
 *
 * <p>A batch counts as dearer than it is by the share of padding in it ({@link #PADDING}). The plan
 * sees only what waits now; of two splits that take about as long, the one with less padding leaves
 * rows behind that go well with those that will come.
 */
final class LengthPlan {

  /** By how many times the share of padding a batch counts as dearer, see ADR 19. */
  static final double PADDING = 1.5;

  /** For each row, how many rows the batch has that ends with it. */
  private final int[] sizes;

  private final double nanos;

  private LengthPlan(int[] sizes, double nanos) {
    this.sizes = sizes;
    this.nanos = nanos;
  }

  /**
   * Finds the split; in time rows x max-size.
   *
   * @param lengths ascending, at least 1 each
   * @param maxSize rows of a batch at most
   * @param maxTokens padded tokens of a batch of more than one row at most
   * @param costs what passes take; something is known
   */
  static LengthPlan of(int[] lengths, int maxSize, long maxTokens, CostTable costs) {
    int rows = lengths.length;
    int[] sizes = new int[rows];
    long[] tokens = new long[rows + 1];
    double[] best = new double[rows + 1];
    double[] nanos = new double[rows + 1];
    for (int end = 1; end <= rows; end++) {
      int length = lengths[end - 1];
      tokens[end] = tokens[end - 1] + length;
      CostTable.OfLength cost = costs.at(length);
      int most = Math.clamp(maxTokens / length, 1, Math.min(maxSize, end));
      best[end] = Double.POSITIVE_INFINITY;
      // Large batches first: among equals, fewer passes are better.
      for (int size = most; size >= 1; size--) {
        double its = cost.nanos(size);
        double padding = 1 - (tokens[end] - tokens[end - size]) / ((double) size * length);
        double total = best[end - size] + its * (1 + PADDING * padding);
        if (total < best[end]) {
          best[end] = total;
          nanos[end] = nanos[end - size] + its;
          sizes[end - 1] = size;
        }
      }
    }
    return new LengthPlan(sizes, nanos[rows]);
  }

  /** What all batches take together. */
  double nanos() {
    return nanos;
  }

  /**
   * The batch that a row is in.
   *
   * @param row its index among the lengths
   */
  Range batchOf(int row) {
    int end = sizes.length;
    while (end - sizes[end - 1] > row) {
      end -= sizes[end - 1];
    }
    return new Range(end - sizes[end - 1], end);
  }

  /**
   * Neighbours in length.
   *
   * @param from the index of the first
   * @param to the index behind the last
   */
  record Range(int from, int to) {}
}
