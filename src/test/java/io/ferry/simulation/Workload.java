package io.ferry.simulation;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.MaxWait;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * What a seed decides: limits, arrivals, and how good or bad device and callers are. Some seeds are
 * calm, some overload a tiny queue, some have a device that fails in every way there is.
 */
record Workload(
    BatchPolicy policy,
    int requests,
    long meanGapNanos,
    int longestList,
    int longestRow,
    long shortestTimeout,
    long longestTimeout,
    double cancels,
    double abandonedPermits,
    double priorities,
    double poisonedRows,
    double notFiniteRows,
    double passesThatThrow,
    double passesThatHang,
    double passesWithMissingAnswers,
    int memoryRows,
    double outages,
    boolean losesDevice,
    double replacements) {

  static final long MICROS = 1_000;
  static final long MILLIS = 1_000_000;

  static Workload of(SplittableRandom random) {
    int maxSize = 1 << random.nextInt(7);
    int capacity = Math.max(4, maxSize) * random.nextInt(1, 9);
    int longestRow = random.nextInt(1, 65);
    BatchPolicy policy =
        new BatchPolicy(
            maxSize,
            random.nextInt(longestRow / 2 + 1, 64 * longestRow + 2),
            wait(random),
            random.nextInt(3) > 0,
            capacity);
    boolean calm = random.nextInt(4) == 0;
    return new Workload(
        policy,
        random.nextInt(50, 400),
        random.nextLong(50 * MICROS, 4 * MILLIS),
        random.nextBoolean() ? 1 : random.nextInt(1, capacity + 1),
        longestRow,
        random.nextLong(1, 5 * MILLIS),
        random.nextLong(10 * MILLIS, 2_000 * MILLIS),
        calm ? 0 : random.nextDouble(0.3),
        calm ? 0 : random.nextDouble(0.1),
        random.nextBoolean() ? 0 : random.nextDouble(1),
        calm ? 0 : chance(random, 0.1),
        calm ? 0 : chance(random, 0.1),
        calm ? 0 : chance(random, 0.2),
        calm ? 0 : chance(random, 0.02),
        calm ? 0 : chance(random, 0.1),
        calm || random.nextInt(3) > 0 ? Integer.MAX_VALUE : random.nextInt(1, 65),
        calm ? 0 : chance(random, 0.02),
        !calm && random.nextInt(8) == 0,
        random.nextInt(3) > 0 ? 0 : random.nextDouble(0.05));
  }

  private static MaxWait wait(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0, 1 -> MaxWait.none();
      case 2 -> new MaxWait.Fixed(Duration.ofNanos(random.nextLong(20 * MILLIS)));
      default -> new MaxWait.Auto();
    };
  }

  private static double chance(SplittableRandom random, double most) {
    return random.nextInt(3) > 0 ? 0 : random.nextDouble(most);
  }

  /** What a pass may be expected to take, at most. */
  long longestPassNanos() {
    return passesThatHang > 0 ? Long.MAX_VALUE / 4 : 100 * MILLIS;
  }

  /** Whether a row can fail only because it is poisoned itself. */
  boolean onlyRowsAreAtFault() {
    return passesThatThrow == 0 && passesWithMissingAnswers == 0 && outages == 0 && !losesDevice;
  }
}
