package io.ferry.model;

import java.util.Arrays;

/** How one vector is made of the vectors of a text's tokens. */
public enum Pooling {
  /** The first token's. */
  CLS,
  /** Their mean. */
  MEAN,
  /** The largest value of each dimension. */
  MAX,
  /** The last token's. */
  LAST;

  /**
   * One vector of several.
   *
   * @param vectors one after the other, padding left out
   * @param tokens how many there are, at least 1
   */
  public float[] pool(float[] vectors, int tokens) {
    int width = vectors.length / tokens;
    return switch (this) {
      case CLS -> Arrays.copyOf(vectors, width);
      case LAST -> Arrays.copyOfRange(vectors, vectors.length - width, vectors.length);
      case MEAN -> mean(vectors, tokens, width);
      case MAX -> max(vectors, tokens, width);
    };
  }

  private static float[] mean(float[] vectors, int tokens, int width) {
    double[] sums = new double[width];
    for (int i = 0; i < vectors.length; i++) {
      sums[i % width] += vectors[i];
    }
    float[] mean = new float[width];
    for (int i = 0; i < width; i++) {
      mean[i] = (float) (sums[i] / tokens);
    }
    return mean;
  }

  private static float[] max(float[] vectors, int tokens, int width) {
    float[] max = Arrays.copyOf(vectors, width);
    for (int token = 1; token < tokens; token++) {
      for (int i = 0; i < width; i++) {
        max[i] = Math.max(max[i], vectors[token * width + i]);
      }
    }
    return max;
  }
}
