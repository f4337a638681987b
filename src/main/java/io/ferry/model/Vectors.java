package io.ferry.model;

import java.util.Arrays;

/** What is done with vectors; arrays are not changed. */
final class Vectors {

  /** As in torch.nn.functional.normalize: a vector of nothing stays one. */
  private static final double LEAST_LENGTH = 1e-12;

  private Vectors() {}

  static float[] normalized(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double length = Math.max(Math.sqrt(squares), LEAST_LENGTH);
    float[] scaled = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      scaled[i] = (float) (vector[i] / length);
    }
    return scaled;
  }

  static float[] first(float[] vector, int count) {
    return Arrays.copyOf(vector, count);
  }
}
