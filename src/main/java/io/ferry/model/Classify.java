package io.ferry.model;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Labels and their scores: the first output holds a logit for each label.
 *
 * @param labels the labels, in the order of the logits; at least one
 * @param activation softmax where one label is true, sigmoid where several may be, none for a
 *     regression
 */
public record Classify(List<String> labels, Activation activation) implements Task {

  /**
   * Copies the labels.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Classify {
    labels = List.copyOf(labels);
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("a classifier has at least one label");
    }
  }

  @Override
  public String label() {
    return "classify";
  }

  /**
   * The labels with the highest scores, best first. A softmax is over all labels, so the scores sum
   * to 1 over all of them, not over those returned.
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
    double[] scores = activation.apply(logits);
    return IntStream.range(0, scores.length)
        .mapToObj(i -> new LabelScore(labels.get(i), scores[i]))
        .sorted(Comparator.comparingDouble(LabelScore::score).reversed())
        .limit(topK)
        .toList();
  }

  @Override
  public Optional<String> flaw(ModelInput input, Prediction prediction) {
    int[] shape = prediction.first().shape();
    if (shape.length > 1) {
      return Optional.of(
          "the model gives an output of the shape %s; a classifier gives one value a label"
              .formatted(Arrays.toString(shape)));
    }
    int logits = prediction.first().elements();
    return logits == labels.size()
        ? Optional.empty()
        : Optional.of(
            "the model gives %d values a row, its files name %d labels"
                .formatted(logits, labels.size()));
  }
}
