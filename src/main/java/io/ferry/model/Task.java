package io.ferry.model;

import io.ferry.inference.Prediction;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What a model's numbers mean. */
public sealed interface Task {

  /**
   * One label is true: the output holds a logit for each.
   *
   * @param labels the labels, in the order of the logits; at least one
   */
  record Classify(List<String> labels) implements Task {

    /** Copies the labels. */
    public Classify {
      labels = List.copyOf(labels);
      if (labels.isEmpty()) {
        throw new IllegalArgumentException("a classifier has at least one label");
      }
    }

    /**
     * The most likely labels, best first. Scores are the softmax over all labels, so they sum to 1
     * over all of them, not over those returned.
     *
     * @param prediction as many logits as there are labels
     * @param topK at most so many, at least 1
     * @throws IllegalArgumentException if the number of logits is another
     */
    public List<LabelScore> rank(Prediction prediction, int topK) {
      float[] logits = prediction.values();
      if (logits.length != labels.size()) {
        throw new IllegalArgumentException(
            logits.length + " logits for " + labels.size() + " labels");
      }
      double largest = Double.NEGATIVE_INFINITY;
      for (float logit : logits) {
        largest = Math.max(largest, logit);
      }
      double[] scores = new double[logits.length];
      double sum = 0;
      for (int i = 0; i < logits.length; i++) {
        // Subtracting the largest keeps exp from overflowing; softmax does not change.
        scores[i] = Math.exp(logits[i] - largest);
        sum += scores[i];
      }
      double total = sum;
      return IntStream.range(0, logits.length)
          .mapToObj(i -> new LabelScore(labels.get(i), scores[i] / total))
          .sorted(Comparator.comparingDouble(LabelScore::score).reversed())
          .limit(topK)
          .toList();
    }
  }

  /** The output as it is. */
  record Tensors() implements Task {}

  /**
   * A label and how sure the model is of it.
   *
   * @param label the label
   * @param score 0 to 1
   */
  record LabelScore(String label, double score) {}
}
