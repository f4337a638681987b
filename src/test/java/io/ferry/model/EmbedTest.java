package io.ferry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Encoding;
import io.ferry.inference.Prediction;
import io.ferry.model.DenseLayer.Function;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EmbedTest {

  private static final float EXACT = 0;
  private static final float CLOSE = 1e-6f;

  /** Three tokens of two numbers. */
  private static final Prediction TOKENS =
      Outputs.tokens(new float[] {3, -4}, new float[] {9, -8}, new float[] {0, -6});

  /** (x, y) -> (x + y, 2y, 1). */
  private static final DenseLayer WIDEN =
      new DenseLayer(
          new float[][] {{1, 1}, {0, 2}, {0, 0}}, new float[] {0, 0, 1}, Function.IDENTITY);

  private static Embed embed(Pooling pooling, boolean normalized, int dimensions) {
    return new Embed(pooling, List.of(), normalized, dimensions);
  }

  static Stream<Arguments> poolings() {
    return Stream.of(
        Arguments.of(Pooling.CLS, new float[] {3, -4}),
        Arguments.of(Pooling.MEAN, new float[] {4, -6}),
        Arguments.of(Pooling.MAX, new float[] {9, -4}),
        Arguments.of(Pooling.LAST, new float[] {0, -6}));
  }

  @ParameterizedTest
  @MethodSource("poolings")
  void poolsTheTokens(Pooling pooling, float[] expected) {
    assertArrayEquals(expected, embed(pooling, false, 2).vector(TOKENS), EXACT);
  }

  @ParameterizedTest
  @MethodSource("poolings")
  void oneTokenIsTheText(Pooling pooling) {
    assertArrayEquals(
        new float[] {-1, 2},
        embed(pooling, false, 2).vector(Outputs.tokens(new float[] {-1, 2})),
        EXACT);
  }

  @Test
  void theMeanOfManyTokensDoesNotDrift() {
    float[][] vectors = new float[8192][];
    for (int token = 0; token < vectors.length; token++) {
      vectors[token] = new float[] {token % 2 == 0 ? 1000.25f : -1000f, 0.1f};
    }
    float[] mean = embed(Pooling.MEAN, false, 2).vector(Outputs.tokens(vectors));
    assertArrayEquals(new float[] {0.125f, 0.1f}, mean, 1e-7f);
  }

  @Test
  void normalisesToLengthOne() {
    assertArrayEquals(new float[] {0.6f, -0.8f}, embed(Pooling.CLS, true, 2).vector(TOKENS), CLOSE);
  }

  @Test
  void aVectorOfZerosStaysOne() {
    Embed task = embed(Pooling.MEAN, true, 3);
    assertArrayEquals(new float[3], task.vector(Outputs.zeros(4, 3)), EXACT);
    assertArrayEquals(new float[2], task.vector(Outputs.zeros(4, 3), 2), EXACT);
  }

  @Test
  void layersComeAfterPoolingAndBeforeNormalising() {
    // The mean is (4, -6); widened (-2, -12, 1), of length sqrt(149).
    Embed plain = new Embed(Pooling.MEAN, List.of(WIDEN), false, 3);
    assertArrayEquals(new float[] {-2, -12, 1}, plain.vector(TOKENS), EXACT);
    Embed normalized = new Embed(Pooling.MEAN, List.of(WIDEN), true, 3);
    float length = (float) Math.sqrt(149);
    assertArrayEquals(
        new float[] {-2 / length, -12 / length, 1 / length}, normalized.vector(TOKENS), CLOSE);
  }

  @Test
  void layersFollowOneAnother() {
    DenseLayer sum = new DenseLayer(new float[][] {{1, 1, 1}}, new float[] {20}, Function.IDENTITY);
    Embed task = new Embed(Pooling.MEAN, List.of(WIDEN, sum), false, 1);
    assertArrayEquals(new float[] {7}, task.vector(TOKENS), EXACT);
  }

  @Test
  void aModelThatPoolsItselfHasItsLayersInIt() {
    Embed task = new Embed(Pooling.MEAN, List.of(WIDEN), true, 3);
    assertArrayEquals(new float[] {0, 0.6f, 0.8f}, task.vector(Prediction.of(0, 3, 4)), CLOSE);
  }

  @Test
  void aVectorCutShortHasLengthOneAgain() {
    Prediction pooled = Prediction.of(3, 4, 12);
    for (boolean normalized : new boolean[] {true, false}) {
      Embed task = embed(Pooling.MEAN, normalized, 3);
      assertArrayEquals(new float[] {0.6f, 0.8f}, task.vector(pooled, 2), CLOSE);
      assertArrayEquals(new float[] {1}, task.vector(pooled, 1), CLOSE);
      assertArrayEquals(new float[] {3 / 13f, 4 / 13f, 12 / 13f}, task.vector(pooled, 3), CLOSE);
    }
  }

  @Test
  void aCallerMayHaveItScaledOrNotWhateverTheModelSays() {
    for (boolean normalized : new boolean[] {true, false}) {
      Embed task = embed(Pooling.MEAN, normalized, 2);
      assertArrayEquals(new float[] {4, -6}, task.vector(TOKENS, 2, false), EXACT);
      assertArrayEquals(new float[] {4}, task.vector(TOKENS, 1, false), EXACT);
      assertArrayEquals(new float[] {1}, task.vector(TOKENS, 1, true), CLOSE);
      float length = (float) Math.sqrt(52);
      assertArrayEquals(new float[] {4 / length, -6 / length}, task.vector(TOKENS, 2, true), CLOSE);
    }
  }

  @Test
  void whatIsNotScaledHasGoneThroughTheLayers() {
    Embed task = new Embed(Pooling.MEAN, List.of(WIDEN), true, 3);
    assertArrayEquals(new float[] {-2, -12, 1}, task.vector(TOKENS, 3, false), EXACT);
  }

  @Test
  void thereAreNoMoreNumbersThanThereAre() {
    Embed task = embed(Pooling.MEAN, true, 3);
    Prediction pooled = Prediction.of(3, 4, 12);
    assertThrows(IllegalArgumentException.class, () -> task.vector(pooled, 4));
    assertThrows(IllegalArgumentException.class, () -> task.vector(pooled, 0));
  }

  @Test
  void theTokensAreThereBeforePooling() {
    Embed task = new Embed(Pooling.MEAN, List.of(WIDEN), true, 3);
    assertTrue(task.hasTokenVectors(TOKENS));
    float[][] tokens = task.tokens(TOKENS);
    assertEquals(3, tokens.length);
    assertArrayEquals(new float[] {9, -8}, tokens[1]);
    assertFalse(task.hasTokenVectors(Prediction.of(1, 2, 3)));
    assertThrows(IllegalArgumentException.class, () -> task.tokens(Prediction.of(1, 2, 3)));
  }

  // ---- flaws

  private static final Encoding THREE_TOKENS = new Encoding(new long[] {1, 2, 3});

  @Test
  void findsNothingWrongWithWhatFits() {
    Embed task = new Embed(Pooling.MEAN, List.of(WIDEN), true, 3);
    assertEquals(Optional.empty(), task.flaw(THREE_TOKENS, TOKENS));
    assertEquals(Optional.empty(), task.flaw(THREE_TOKENS, Prediction.of(1, 2, 3)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3,4   | Dense layer 1 takes vectors   | the model gives vectors of 4 numbers, Dense layer 1 takes 2
          2     | pooled by the model           | the model gives vectors of 2 numbers, its files say 3
          4,2   | another number of tokens      | the model gives an output of the shape [4, 2] for a text of 3 tokens; needed is a vector for each
          3,2,1 | more axes                     | the model gives an output of the shape [3, 2, 1] for a text of 3 tokens; needed is a vector for each
          """)
  void saysWhatDoesNotFit(String shape, String why, String flaw) {
    int[] axes = Stream.of(shape.split(",", -1)).mapToInt(Integer::parseInt).toArray();
    Embed task = new Embed(Pooling.MEAN, List.of(WIDEN), true, 3);
    assertEquals(Optional.of(flaw), task.flaw(THREE_TOKENS, Outputs.zeros(axes)), why);
  }

  @Test
  void saysWhichLayerDoesNotFit() {
    DenseLayer four =
        new DenseLayer(new float[][] {{1, 1, 1, 1}}, new float[] {0}, Function.IDENTITY);
    assertEquals(
        Optional.of("Dense layer 1 gives vectors of 3 numbers, Dense layer 2 takes 4"),
        new Embed(Pooling.MEAN, List.of(WIDEN, four), true, 1).flaw(THREE_TOKENS, TOKENS));
    assertEquals(
        Optional.of("Dense layer 1 gives vectors of 3 numbers, its files say 7"),
        new Embed(Pooling.MEAN, List.of(WIDEN), true, 7).flaw(THREE_TOKENS, TOKENS));
    assertEquals(
        Optional.of("the model gives vectors of 2 numbers, its files say 7"),
        embed(Pooling.MEAN, true, 7).flaw(THREE_TOKENS, TOKENS));
  }
}
