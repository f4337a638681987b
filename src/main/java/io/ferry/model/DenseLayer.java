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
    SIGMOID;

    private double apply(double x) {
      return switch (this) {
        case IDENTITY -> x;
        case TANH -> Math.tanh(x);
        case RELU -> Math.max(0, x);
        case SIGMOID -> 1 / (1 + Math.exp(-x));
      };
    }
  }

  /**
   * Checks that weights and bias fit.
   *
   * @throws IllegalArgumentException if there is no output or no input, not one bias for each
   *     output, or not as many weights for one output as for another
   */
  public DenseLayer {
    if (weights.length == 0 || weights.length != bias.length) {
      throw new IllegalArgumentException(
          "%d outputs with %d biases".formatted(weights.length, bias.length));
    }
    for (float[] output : weights) {
      if (output.length == 0 || output.length != weights[0].length) {
        throw new IllegalArgumentException(
            "one output has %d weights, another %d".formatted(weights[0].length, output.length));
      }
    }
  }

  /** How long the vectors are that it takes. */
  public int inputs() {
    return weights[0].length;
  }

  /** How long the vectors are that it gives. */
  public int outputs() {
    return weights.length;
  }

  /**
   * Takes a vector through.
   *
   * @param vector {@link #inputs} numbers
   */
  public float[] apply(float[] vector) {
    float[] result = new float[weights.length];
    for (int output = 0; output < result.length; output++) {
      double sum = bias[output];
      for (int input = 0; input < vector.length; input++) {
        sum += (double) weights[output][input] * vector[input];
      }
      result[output] = (float) activation.apply(sum);
    }
    return result;
  }
}
