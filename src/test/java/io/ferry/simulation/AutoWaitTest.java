package io.ferry.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.MaxWait;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code max-wait: auto} against no wait and against fixed waits: what a request takes on average,
 * in virtual time, on devices of several shapes.
 */
class AutoWaitTest {

  private static final int MAX_SIZE = 32;
  private static final long MICROS = 1_000;
  private static final long MILLIS = 1_000_000;
  private static final long WARM = 4_000 * MILLIS;
  private static final long FAST = 600 * MICROS;
  private static final long SLOW = 20 * MILLIS;
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final List<Duration> WAITS =
      LongStream.of(0, 100, 300, 1_000, 3_000, 10_000, 30_000)
          .mapToObj(micros -> Duration.ofNanos(micros * MICROS))
          .toList();

  /** What a pass takes, by its rows. */
  enum Shape {
    FLAT {
      @Override
      long nanos(int rows) {
        return 10 * MILLIS;
      }
    },
    FLAT_AND_ROWS {
      @Override
      long nanos(int rows) {
        return 10 * MILLIS + rows * (100 * MICROS);
      }
    },
    STRAIGHT {
      @Override
      long nanos(int rows) {
        return MILLIS / 2 + rows * MILLIS;
      }
    },
    STEPPED {
      @Override
      long nanos(int rows) {
        return 2 * MILLIS + Math.ceilDiv(rows, 8) * (3 * MILLIS);
      }
    },
    CONCAVE {
      @Override
      long nanos(int rows) {
        return (long) (4 * MILLIS * Math.sqrt(rows));
      }
    };

    abstract long nanos(int rows);
  }

  /** When requests come. */
  interface Load {
    void begin(VirtualServer server, SplittableRandom random, long end);
  }

  private static double rate(double share, Shape shape) {
    return share * MAX_SIZE / shape.nanos(MAX_SIZE);
  }

  private static long gap(SplittableRandom random, double perNano) {
    return Math.round(-Math.log(1 - random.nextDouble()) / perNano);
  }

  private static void arrive(VirtualServer server, long at) {
    server.time.at(at, () -> server.arrive(1, PATIENCE, () -> {}));
  }

  private static Load poisson(double share, Shape shape) {
    return (server, random, end) -> {
      for (long at = 0; at < end; at += gap(random, rate(share, shape))) {
        arrive(server, at);
      }
    };
  }

  private static Load clockwork(double share, Shape shape) {
    return (server, random, end) -> {
      for (long at = 0; at < end; at += Math.round(1 / rate(share, shape))) {
        arrive(server, at);
      }
    };
  }

  /** Up to {@code most} requests within {@code over} nanoseconds, now and then. */
  private static Load bursts(double share, Shape shape, int most, long over) {
    return (server, random, end) -> {
      double perNano = rate(share, shape) * 2 / (most + 1);
      for (long at = 0; at < end; at += gap(random, perNano)) {
        int requests = random.nextInt(1, most + 1);
        for (int i = 0; i < requests; i++) {
          arrive(server, at + random.nextLong(over + 1));
        }
      }
    };
  }

  /** So many clients, each of which sends the next request a moment after its answer. */
  private static Load clients(int count, long longestPause) {
    return (server, random, end) -> {
      for (int i = 0; i < count; i++) {
        new Client(server, random, longestPause, end).run();
      }
    };
  }

  private record Client(VirtualServer server, SplittableRandom random, long longestPause, long end)
      implements Runnable {
    @Override
    public void run() {
      long next = server.time.nanos() + random.nextLong(100 * MICROS, longestPause + 1);
      if (next < end) {
        server.time.at(next, () -> server.arrive(1, PATIENCE, this));
      }
    }
  }

  /** What a request takes on average, in milliseconds. */
  private static double mean(Shape shape, Load load, MaxWait wait, long seed, Duration run) {
    VirtualServer server =
        new VirtualServer(
            new BatchPolicy(MAX_SIZE, 1_000_000, wait, true, 100_000),
            (rows, length) -> shape.nanos(rows));
    server.warmUp(MAX_SIZE, 1);
    load.begin(server, new SplittableRandom(seed), WARM + run.toNanos());
    server.runUntil(2 * (WARM + run.toNanos()));
    return server.ended.stream()
            .filter(it -> it.served() && it.arrivedNanos() > WARM)
            .mapToLong(VirtualServer.Ended::nanos)
            .average()
            .orElseThrow()
        / MILLIS;
  }

  /** How a load fares: with {@code auto}, without waiting, and with the best of the fixed waits. */
  private record Result(double auto, double none, double best, Duration bestWait) {

    static Result of(Shape shape, Load load, long seeds, Duration run) {
      double[] fixed = new double[WAITS.size()];
      double auto = 0;
      for (long seed = 1; seed <= seeds; seed++) {
        auto += mean(shape, load, new MaxWait.Auto(), seed, run) / seeds;
        for (int i = 0; i < fixed.length; i++) {
          fixed[i] += mean(shape, load, new MaxWait.Fixed(WAITS.get(i)), seed, run) / seeds;
        }
      }
      int best = 0;
      for (int i = 1; i < fixed.length; i++) {
        best = fixed[i] < fixed[best] ? i : best;
      }
      return new Result(auto, fixed[0], fixed[best], WAITS.get(best));
    }

    double loss() {
      return auto / best - 1;
    }
  }

  static Stream<Arguments> steadyLoads() {
    return Stream.of(Shape.values())
        .flatMap(
            shape ->
                Stream.of(0.05, 0.3, 0.8)
                    .flatMap(
                        share ->
                            Stream.of(
                                arguments(shape, "Poisson at " + share, poisson(share, shape)),
                                arguments(
                                    shape, "clockwork at " + share, clockwork(share, shape)))));
  }

  static Stream<Arguments> bursts() {
    return Stream.of(Shape.values())
        .flatMap(
            shape ->
                Stream.of(0.05, 0.2, 0.5)
                    .flatMap(
                        share ->
                            Stream.of(
                                arguments(
                                    shape,
                                    "bursts of 8 at " + share,
                                    bursts(share, shape, 8, 500 * MICROS)),
                                arguments(
                                    shape,
                                    "bursts of 40 at " + share,
                                    bursts(share, shape, 40, 3 * MILLIS)))));
  }

  static Stream<Arguments> clients() {
    return Stream.of(Shape.values())
        .flatMap(
            shape ->
                Stream.of(1, 2, 4, 16, 32, 33, 64)
                    .map(count -> arguments(shape, count + " clients", clients(count, FAST))));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("steadyLoads")
  void onSteadyArrivalsItLosesNextToNothing(Shape shape, String name, Load load) {
    Result result = Result.of(shape, load, 1, Duration.ofSeconds(8));
    assertTrue(result.loss() <= 0.02, result.toString());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("bursts")
  void burstsThatFollowFromNothingAreGathered(Shape shape, String name, Load load) {
    Result result = Result.of(shape, load, 1, Duration.ofSeconds(8));
    assertTrue(result.loss() <= 0.02, result.toString());
  }

  @Test
  void clientsThatTakeTurnsInTwoGroupsAreBroughtTogether() {
    Result result = Result.of(Shape.STEPPED, clients(32, FAST), 1, Duration.ofSeconds(4));
    assertTrue(result.none() > 1.07 * result.auto(), result.toString());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("clients")
  void whereClientsWaitForTheirAnswersItDoesAsWellAsTheBestWait(
      Shape shape, String name, Load load) {
    Result result = Result.of(shape, load, 1, Duration.ofSeconds(4));
    assertTrue(result.loss() <= 0.02, result.toString());
  }

  @Test
  void itBringsTogetherClientsThatWouldTakeTurns() {
    Result result = Result.of(Shape.FLAT, clients(2, FAST), 1, Duration.ofSeconds(4));
    assertTrue(result.none() > 1.7 * result.auto(), result.toString());
  }

  /** All loads, all shapes: the table of docs/benchmarks/auto-wait.md. */
  public static void main(String[] arguments) {
    for (Shape shape : Shape.values()) {
      for (double share : new double[] {0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95}) {
        print(shape, "Poisson at " + share, poisson(share, shape));
        print(shape, "clockwork at " + share, clockwork(share, shape));
        print(shape, "bursts of 8 at " + share, bursts(share, shape, 8, 500 * MICROS));
        print(shape, "bursts of 40 at " + share, bursts(share, shape, 40, 3 * MILLIS));
      }
      for (int count : new int[] {1, 2, 3, 4, 8, 16, 24, 31, 32, 33, 40, 48, 64, 100}) {
        print(shape, count + " fast clients", clients(count, FAST));
        print(shape, count + " slow clients", clients(count, SLOW));
      }
    }
  }

  private static void print(Shape shape, String name, Load load) {
    Result result = Result.of(shape, load, 3, Duration.ofSeconds(10));
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.2f | %.2f | %.2f | %s us | %.3f | %.3f |%n",
        shape.name().toLowerCase(Locale.ROOT).replace('_', ' '),
        name,
        result.auto(),
        result.none(),
        result.best(),
        result.bestWait().toNanos() / MICROS,
        result.auto() / result.best(),
        result.none() / result.auto());
  }
}
