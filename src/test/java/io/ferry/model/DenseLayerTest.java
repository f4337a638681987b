package io.ferry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ferry.model.DenseLayer.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DenseLayerTest {

  private static final float[][] WEIGHTS = {{1, 2, 3}, {-4, 0, 0.5f}};
  private static final float[] BIAS = {0.5f, -0.25f};

  /** Of (2, -1, 0.5) the sums are 2 - 2 + 1.5 + 0.5 = 2 and -8 + 0.25 - 0.25 = -8. */
  static Stream<Arguments> functions() {
    return Stream.of(
        Arguments.of(Function.IDENTITY, new float[] {2, -8}),
        Arguments.of(Function.TANH, new float[] {0.964028f, -1f}),
        Arguments.of(Function.RELU, new float[] {2, 0}),
        Arguments.of(Function.SIGMOID, new float[] {0.880797f, 0.000335f}));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void appliesTheFunctionToTheSums(Function function, float[] expected) {
    DenseLayer layer = new DenseLayer(WEIGHTS, BIAS, function);
    assertArrayEquals(expected, layer.apply(new float[] {2, -1, 0.5f}), 1e-6f);
    assertEquals(3, layer.inputs());
    assertEquals(2, layer.outputs());
  }

  static Stream<Arguments> wrongShapes() {
    return Stream.of(
        Arguments.of(new float[][] {}, new float[] {}),
        Arguments.of(new float[][] {{}}, new float[] {1}),
        Arguments.of(new float[][] {{1}, {2}}, new float[] {1}),
        Arguments.of(new float[][] {{1}}, new float[] {1, 2}),
        Arguments.of(new float[][] {{1, 2}, {3}}, new float[] {1, 2}));
  }

  @ParameterizedTest
  @MethodSource("wrongShapes")
  void refusesWeightsThatAreNoMatrixAndABiasThatDoesNotFit(float[][] weights, float[] bias) {
    assertThrows(
        IllegalArgumentException.class, () -> new DenseLayer(weights, bias, Function.IDENTITY));
  }

  @Test
  void leavesItsInputAsItIs() {
    float[] vector = {1, 2, 3};
    new DenseLayer(WEIGHTS, BIAS, Function.RELU).apply(vector);
    assertArrayEquals(new float[] {1, 2, 3}, vector);
  }
}
