package io.ferry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class ActivationTest {

  private static final float LN_3 = (float) Math.log(3);

  @Test
  void softmaxSharesOneAmongAll() {
    assertArrayEquals(
        new double[] {0.25, 0.75}, Activation.SOFTMAX.apply(new float[] {1, 1 + LN_3}), 1e-7);
  }

  @Test
  void sigmoidLooksAtEachAlone() {
    assertArrayEquals(
        new double[] {0.5, 0.75, 0.25, 1, 0},
        Activation.SIGMOID.apply(new float[] {0, LN_3, -LN_3, 1e30f, -1e30f}),
        1e-7);
  }

  @Test
  void noneLeavesThemAsTheyAre() {
    assertArrayEquals(new double[] {-2.5, 7}, Activation.NONE.apply(new float[] {-2.5f, 7}));
  }
}
