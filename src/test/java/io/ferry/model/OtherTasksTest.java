package io.ferry.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ferry.inference.Encoding;
import io.ferry.inference.Prediction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tasks of a few lines. */
class OtherTasksTest {

  private static final Encoding TWO_TOKENS = new Encoding(new long[] {1, 2});

  @Test
  void aRerankerScoresOneLogit() {
    Prediction logit = Prediction.of((float) Math.log(3));
    assertEquals(0.75, new Rerank(Activation.SIGMOID).score(logit), 1e-7);
    assertEquals(Math.log(3), new Rerank(Activation.NONE).score(logit), 1e-7);
    assertEquals(Math.log(3), new Rerank(Activation.SIGMOID).logit(logit), 1e-7);
  }

  @Test
  void aRerankerGivesOneLogit() {
    Rerank task = new Rerank(Activation.SIGMOID);
    assertEquals(Optional.empty(), task.flaw(TWO_TOKENS, Prediction.of(1)));
    assertEquals(
        Optional.of("a reranker gives one value a pair, this model 2"),
        task.flaw(TWO_TOKENS, Prediction.of(1, 2)));
  }

  @Test
  void embedAllGivesTheTokensAsTheyAre() {
    Prediction tokens = Outputs.tokens(new float[] {3, 4}, new float[] {0, 0});
    EmbedAll task = new EmbedAll(2);
    assertEquals(Optional.empty(), task.flaw(TWO_TOKENS, tokens));
    assertArrayEquals(new float[][] {{3, 4}, {0, 0}}, task.vectors(tokens));
  }

  @Test
  void embedAllNeedsAVectorForEachToken() {
    EmbedAll task = new EmbedAll(2);
    assertEquals(
        Optional.of("the model gives one vector a text; embed-all needs one a token"),
        task.flaw(TWO_TOKENS, Prediction.of(1, 2)));
    assertEquals(
        Optional.of(
            "the model gives an output of the shape [3, 2] for a text of 2 tokens; needed is a"
                + " vector for each"),
        task.flaw(TWO_TOKENS, Outputs.zeros(3, 2)));
    assertEquals(
        Optional.of("the model gives vectors of 5 numbers, its files say 2"),
        task.flaw(TWO_TOKENS, Outputs.zeros(2, 5)));
  }

  @Test
  void aClassifierGivesOneLogitALabel() {
    Classify task = new Classify(List.of("a", "b"), Activation.SOFTMAX);
    assertEquals(Optional.empty(), task.flaw(TWO_TOKENS, Prediction.of(1, 2)));
    assertEquals(
        Optional.of("the model gives 3 values a row, its files name 2 labels"),
        task.flaw(TWO_TOKENS, Prediction.of(1, 2, 3)));
    assertEquals(
        Optional.of(
            "the model gives an output of the shape [1, 2]; a classifier gives one value a label"),
        task.flaw(TWO_TOKENS, Outputs.zeros(1, 2)));
  }

  @Test
  void numbersThatMeanNothingInParticularAreNeverWrong() {
    assertEquals(Optional.empty(), new Tensors().flaw(TWO_TOKENS, Outputs.zeros(4, 1, 2)));
  }
}
