package io.ferry.engine;

import io.ferry.model.TensorSpec;
import java.util.List;

/** What a model's rows are, and how they are laid into a batch. */
public sealed interface RowLayout {

  /**
   * Rows of tokens, padded to the longest at their ends: whatever side a tokenizer pads, a token
   * has the position that it has alone.
   *
   * @param padTokenId fills the input ids; the attention mask is 0 there
   */
  record Tokens(long padTokenId) implements RowLayout {}

  /**
   * Rows of tensors, stacked as they are.
   *
   * @param inputs in the order of a row's tensors
   */
  record Tensors(List<TensorSpec> inputs) implements RowLayout {
    /** Copies the list. */
    public Tensors {
      inputs = List.copyOf(inputs);
    }
  }
}
