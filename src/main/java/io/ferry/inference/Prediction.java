package io.ferry.inference;

import java.util.List;

/**
 * The model's answer to one row, as it left the device: a tensor for each output, in the model's
 * order, without the batch axis and without padding. A classifier's first output is its logits, one
 * a label; an embedder's is a vector for each token, or one vector for all.
 *
 * @param outputs at least one
 */
public record Prediction(List<Tensor> outputs) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no output
   */
  public Prediction {
    outputs = List.copyOf(outputs);
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("a prediction has at least one output");
    }
  }

  /** A prediction of one output, a vector of float32 numbers. */
  public static Prediction of(float... values) {
    return new Prediction(List.of(Tensor.of(values)));
  }

  /** The first output: the one that a task reads. */
  public Tensor first() {
    return outputs.getFirst();
  }

  /** The numbers of the first output as float32. */
  public float[] values() {
    return first().floats();
  }

  /** Whether every value is a number: neither infinite nor NaN. */
  public boolean finite() {
    for (Tensor output : outputs) {
      if (!output.finite()) {
        return false;
      }
    }
    return true;
  }
}
