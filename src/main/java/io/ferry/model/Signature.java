package io.ferry.model;

import java.util.List;

/**
 * What goes into a model and what comes out of it.
 *
 * @param inputs at least one, in the order in which the model takes them
 * @param outputs in the order in which it gives them; empty where the model's file does not tell
 */
public record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if there is no input
   */
  public Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("a model has at least one input");
    }
  }
}
