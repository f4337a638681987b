package io.ferry.model;

/**
 * A layer that a sentence vector goes through after pooling: activation(weights · x + bias).
 *
 * @param weights [outputs][inputs]
 * @param bias one an output
 * @param activation after the sum
 */
public record DenseLayer(float[][] weights, float[] bias, Function activation) {

  /** The functions that sentence-transformers writes into its Dense modules. */
  public enum Function {
    /** x. */
    IDENTITY,
    /** tanh(x). */
    TANH,
    /** max(0, x). */
    RELU,
    /** 1 / (1 + exp(-x)). */
    SIGMOID
  }
}
