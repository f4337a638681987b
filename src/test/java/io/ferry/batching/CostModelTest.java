package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the curve of a model is, 200 batches tell how long the next one will take. */
class CostModelTest {

  private static final int BATCHES = 200;
  private static final int QUESTIONS = 400;
  private static final double MOST_MEDIAN_ERROR = 0.10;

  /** What a pass truly takes, in microseconds; noise aside. */
  private enum Curve {
    FLAT {
      @Override
      double micros(int rows, int length, int batch) {
        return 5_000;
      }
    },
    STRAIGHT {
      @Override
      double micros(int rows, int length, int batch) {
        return 1_000 + 20.0 * rows * length / 8;
      }
    },
    STEPPED {
      @Override
      double micros(int rows, int length, int batch) {
        return 2_000 + 3_000.0 * Math.ceilDiv(rows, 8) + 5.0 * length;
      }
    },
    QUADRATIC {
      @Override
      double micros(int rows, int length, int batch) {
        return 800 + rows * (10.0 * length + 0.08 * length * length);
      }
    },
    DRIFTING {
      @Override
      double micros(int rows, int length, int batch) {
        return STRAIGHT.micros(rows, length, batch)
            * (1 + 0.5 * Math.min(batch, BATCHES) / BATCHES);
      }
    },
    NOISY {
      @Override
      double micros(int rows, int length, int batch) {
        return STRAIGHT.micros(rows, length, batch);
      }

      @Override
      double noise(SplittableRandom random) {
        return Math.exp(0.15 * random.nextGaussian());
      }
    };

    abstract double micros(int rows, int length, int batch);

    double noise(SplittableRandom random) {
      return 1;
    }

    long nanos(int rows, int length, int batch) {
      return Math.round(micros(rows, length, batch) * 1_000);
    }
  }

  /** Rows and lengths as they come: batches of any size, texts of a log-normal length. */
  private record Load(SplittableRandom random) {
    int rows() {
      return random.nextInt(1, 33);
    }

    int length() {
      return (int) Math.clamp(40 * Math.exp(0.8 * random.nextGaussian()), 8, 512);
    }
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void theMedianErrorIsUnderATenthAfter200Batches(Curve curve) {
    for (long seed = 1; seed <= 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Load load = new Load(random);
      CostModel model = new CostModel();
      for (int batch = 0; batch < BATCHES; batch++) {
        int rows = load.rows();
        int length = load.length();
        long nanos = Math.round(curve.nanos(rows, length, batch) * curve.noise(random));
        model.observe(rows, length, nanos);
      }
      double[] errors = new double[QUESTIONS];
      for (int i = 0; i < QUESTIONS; i++) {
        int rows = load.rows();
        int length = load.length();
        double truth = curve.nanos(rows, length, BATCHES);
        errors[i] = Math.abs(model.estimate(rows, length).orElseThrow() - truth) / truth;
      }
      Arrays.sort(errors);
      double median = errors[QUESTIONS / 2];
      assertTrue(median < MOST_MEDIAN_ERROR, curve + ", seed " + seed + ": " + median);
      assertTrue(errors[QUESTIONS * 95 / 100] < 0.5, curve + ", seed " + seed + ", the tail");
    }
  }

  @Test
  void nothingIsKnownBeforeTheFirstPass() {
    assertEquals(OptionalLong.empty(), new CostModel().estimate(1, 1));
    assertEquals(0, new CostModel().error());
  }

  @Test
  void whatWasSeenIsRemembered() {
    CostModel model = new CostModel();
    model.observe(1, 16, 1_000_000);
    model.observe(32, 16, 8_000_000);
    model.observe(32, 128, 70_000_000);

    assertEquals(1_000_000.0, (double) model.estimate(1, 16).orElseThrow(), 20_000);
    assertEquals(8_000_000.0, (double) model.estimate(32, 16).orElseThrow(), 200_000);
    assertEquals(70_000_000.0, (double) model.estimate(32, 128).orElseThrow(), 1_500_000);
  }

  @Test
  void aFewPassesTellTheRest() {
    CostModel model = new CostModel();
    model.observe(1, 16, 1_000_000);
    model.observe(32, 16, 8_000_000);

    long between = model.estimate(8, 16).orElseThrow();
    long longer = model.estimate(32, 256).orElseThrow();

    assertTrue(between > 2_000_000 && between < 7_000_000, "between: " + between);
    assertTrue(longer > 16_000_000, "more tokens take longer: " + longer);
  }

  @Test
  void theErrorFollowsWhatIsOff() {
    CostModel model = new CostModel();
    for (int i = 0; i < 100; i++) {
      model.observe(4, 16, 1_000_000);
    }
    assertEquals(0, model.error(), 0.02);
    model.observe(4, 16, 2_000_000);
    assertTrue(model.error() > 0.02, "error: " + model.error());
  }

  @Test
  void anEstimateIsATimeWhateverIsAsked() {
    CostModel model = new CostModel();
    model.observe(1, 1, 0);
    model.observe(65_536, 1, Long.MAX_VALUE / 4);

    for (int rows : new int[] {1, 7, 65_536}) {
      for (int length : new int[] {1, 512, 100_000_000}) {
        assertTrue(model.estimate(rows, length).orElseThrow() >= 0, rows + "x" + length);
      }
    }
  }
}
