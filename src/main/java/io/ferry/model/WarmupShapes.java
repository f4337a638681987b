package io.ferry.model;

import io.ferry.batching.BatchPolicy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Which batches a warm-up runs: the smallest and the largest first, then those between. */
final class WarmupShapes {

  /**
   * A batch of equal rows.
   *
   * @param rows how many
   * @param length tokens of each
   */
  record Shape(int rows, int length) {
    long tokens() {
      return (long) rows * length;
    }
  }

  private WarmupShapes() {}

  /**
   * The batches to run.
   *
   * @param usual tokens of a usual text
   * @param most tokens of the longest row
   */
  static List<Shape> of(WarmupPlan plan, BatchPolicy policy, int usual, int most) {
    int longest = Math.min(most, policy.maxTokens());
    int full = Math.clamp(policy.maxTokens() / policy.maxSize(), 1, longest);
    List<Integer> lengths =
        ascending(plan.lengths(), longest, List.of(Math.min(usual, full), full));
    List<Integer> sizes = ascending(plan.sizes(), policy.maxSize(), halves(policy.maxSize()));
    LinkedHashSet<Shape> shapes = new LinkedHashSet<>();
    shapes.add(shape(sizes.getFirst(), lengths.getFirst(), policy));
    shapes.add(shape(sizes.getLast(), lengths.getLast(), policy));
    if (plan.lengths().isEmpty()) {
      sizes.reversed().forEach(rows -> shapes.add(shape(rows, lengths.getFirst(), policy)));
    } else {
      for (int length : lengths) {
        sizes.forEach(rows -> shapes.add(shape(rows, length, policy)));
      }
    }
    return List.copyOf(shapes);
  }

  private static List<Integer> ascending(List<Integer> chosen, int most, List<Integer> otherwise) {
    return (chosen.isEmpty() ? otherwise : chosen)
        .stream().map(it -> Math.min(it, most)).distinct().sorted().toList();
  }

  private static List<Integer> halves(int maxSize) {
    List<Integer> sizes = new ArrayList<>();
    for (int rows = maxSize; rows >= 1; rows /= 2) {
      sizes.add(rows);
    }
    return sizes;
  }

  private static Shape shape(int rows, int length, BatchPolicy policy) {
    return new Shape(Math.clamp(policy.maxTokens() / length, 1, rows), length);
  }
}
