package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LengthPlanTest {

  private static final int MAX_SIZE = 4;
  private static final int MAX_TOKENS = 120;

  /** A millisecond, and a microsecond for each padded token. */
  private static CostTable costs(double fixed, double perToken) {
    CostModel model = new CostModel();
    for (int repeat = 0; repeat < 3; repeat++) {
      for (int rows = 1; rows <= 64; rows = Math.max(rows + 1, rows * 5 / 4)) {
        for (int length = 1; length <= 512; length = Math.max(length + 1, length * 5 / 4)) {
          model.observe(rows, length, Math.round(fixed + perToken * rows * length));
        }
      }
    }
    return new CostTable(model);
  }

  @Test
  void noOtherSplitIsCheaper() {
    CostTable costs = costs(20_000, 1_000);
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 200; round++) {
      int[] lengths = random.ints(random.nextInt(1, 11), 1, 101).sorted().toArray();

      LengthPlan plan = LengthPlan.of(lengths, MAX_SIZE, MAX_TOKENS, costs);

      assertEquals(
          cheapest(lengths, 0, costs), weight(plan, lengths, costs), 1, Arrays.toString(lengths));
    }
  }

  /** Tries every split into neighbours. */
  private static double cheapest(int[] lengths, int from, CostTable costs) {
    if (from == lengths.length) {
      return 0;
    }
    double best = Double.POSITIVE_INFINITY;
    for (int to = from + 1; to <= Math.min(lengths.length, from + MAX_SIZE); to++) {
      int rows = to - from;
      if (rows == 1 || rows * lengths[to - 1] <= MAX_TOKENS) {
        best = Math.min(best, weight(lengths, from, to, costs) + cheapest(lengths, to, costs));
      }
    }
    return best;
  }

  /** What a batch takes, and so much more as it has padding. */
  private static double weight(int[] lengths, int from, int to, CostTable costs) {
    double padded = (double) (to - from) * lengths[to - 1];
    double padding = 1 - Arrays.stream(lengths, from, to).sum() / padded;
    return costs.nanos(to - from, lengths[to - 1]) * (1 + LengthPlan.PADDING * padding);
  }

  /** Of all batches of a plan, which hold each row once and take as long as the plan says. */
  private static double weight(LengthPlan plan, int[] lengths, CostTable costs) {
    double weight = 0;
    double nanos = 0;
    int row = 0;
    while (row < lengths.length) {
      LengthPlan.Range batch = plan.batchOf(row);
      assertEquals(row, batch.from());
      for (int member = batch.from(); member < batch.to(); member++) {
        assertEquals(batch, plan.batchOf(member));
      }
      int rows = batch.to() - batch.from();
      assertTrue(rows <= MAX_SIZE && (rows == 1 || rows * lengths[batch.to() - 1] <= MAX_TOKENS));
      nanos += costs.nanos(rows, lengths[batch.to() - 1]);
      weight += weight(lengths, batch.from(), batch.to(), costs);
      row = batch.to();
    }
    assertEquals(nanos, plan.nanos(), 1);
    return weight;
  }

  @Test
  void wherePaddingIsDearLikeGoesWithLike() {
    LengthPlan plan = LengthPlan.of(new int[] {8, 8, 100, 100}, 4, 10_000, costs(20_000, 1_000));

    assertEquals(new LengthPlan.Range(0, 2), plan.batchOf(1));
    assertEquals(new LengthPlan.Range(2, 4), plan.batchOf(2));
  }

  @Test
  void wherePassesAreDearAllGoTogether() {
    LengthPlan plan = LengthPlan.of(new int[] {8, 8, 100, 100}, 4, 10_000, costs(5_000_000, 1_000));

    assertEquals(new LengthPlan.Range(0, 4), plan.batchOf(0));
  }
}
