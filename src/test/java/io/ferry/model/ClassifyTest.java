package io.ferry.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Prediction;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassifyTest {

  private final Classify task = new Classify(List.of("de", "en", "fr"), Activation.SOFTMAX);

  private List<LabelScore> rank(int topK, float... logits) {
    return task.rank(Prediction.of(logits), topK);
  }

  private static List<String> labels(List<LabelScore> ranked) {
    return ranked.stream().map(LabelScore::label).toList();
  }

  private static double sum(List<LabelScore> ranked) {
    return ranked.stream().mapToDouble(LabelScore::score).sum();
  }

  @Test
  void scoresAreTheSoftmaxOfTheLogits() {
    // Logits ln 1, ln 2 and ln 5: an eighth, two and five.
    List<LabelScore> ranked = rank(3, 0f, (float) Math.log(2), (float) Math.log(5));
    assertEquals(List.of("fr", "en", "de"), labels(ranked));
    assertEquals(0.625, ranked.get(0).score(), 1e-7);
    assertEquals(0.25, ranked.get(1).score(), 1e-7);
    assertEquals(0.125, ranked.get(2).score(), 1e-7);
    assertEquals(1.0, sum(ranked), 1e-12);
  }

  @Test
  void topKCutsTheListNotTheScores() {
    List<LabelScore> best = rank(1, 1f, 3f, 2f);
    assertEquals(List.of("en"), labels(best));
    assertEquals(rank(3, 1f, 3f, 2f).getFirst(), best.getFirst());
    assertTrue(best.getFirst().score() < 1);
  }

  @Test
  void asksForMoreLabelsThanThereAreInVain() {
    assertEquals(3, rank(Integer.MAX_VALUE, 1f, 2f, 3f).size());
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    List<LabelScore> ranked = rank(3, 1e30f, -1e30f, 1e30f);
    assertEquals(0.5, ranked.get(0).score(), 1e-12);
    assertEquals(0.5, ranked.get(1).score(), 1e-12);
    assertEquals(0.0, ranked.get(2).score());
    assertEquals(1.0, sum(rank(3, -Float.MAX_VALUE, -Float.MAX_VALUE, Float.MAX_VALUE)), 1e-12);
  }

  @Test
  void equalScoresKeepTheOrderOfTheLabels() {
    assertEquals(List.of("de", "en", "fr"), labels(rank(3, 7f, 7f, 7f)));
  }

  @Test
  void oneLabelIsCertain() {
    Classify single = new Classify(List.of("only"), Activation.SOFTMAX);
    assertEquals(List.of(new LabelScore("only", 1.0)), single.rank(Prediction.of(-3f), 5));
  }

  @Test
  void refusesAnotherNumberOfLogits() {
    assertThrows(IllegalArgumentException.class, () -> rank(3, 1f, 2f));
    assertThrows(IllegalArgumentException.class, () -> rank(3, 1f, 2f, 3f, 4f));
  }

  @Test
  void isNothingWithoutLabels() {
    assertThrows(IllegalArgumentException.class, () -> new Classify(List.of(), Activation.SOFTMAX));
  }
}
