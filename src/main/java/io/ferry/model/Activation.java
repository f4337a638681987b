package io.ferry.model;

/** What makes scores of logits. */
public enum Activation {
  /** One label is true: scores sum to 1. */
  SOFTMAX,
  /** Each label is true or not, whatever the others are: scores are 0 to 1. */
  SIGMOID,
  /** The values are the answer, as in a regression. */
  NONE;

  /**
   * The scores.
   *
   * @param logits finite
   * @return as many, in their order
   */
  public double[] apply(float[] logits) {
    double[] scores = new double[logits.length];
    switch (this) {
      case SOFTMAX -> softmax(logits, scores);
      case SIGMOID -> {
        for (int i = 0; i < logits.length; i++) {
          scores[i] = 1 / (1 + Math.exp(-(double) logits[i]));
        }
      }
      case NONE -> {
        for (int i = 0; i < logits.length; i++) {
          scores[i] = logits[i];
        }
      }
    }
    return scores;
  }

  private static void softmax(float[] logits, double[] scores) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      // Subtracting the largest keeps exp from overflowing; softmax does not change.
      scores[i] = Math.exp(logits[i] - largest);
      sum += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= sum;
    }
  }
}
