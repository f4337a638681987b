package io.ferry.engine;

import io.ferry.model.TensorSpec;
import java.util.List;

/** What a model's rows are, and how they are laid into a batch. */
public sealed interface RowLayout {

  /**
   * Rows of tokens, padded to the longest.
   *
   * @param padTokenId fills the input ids; the attention mask is 0 there
   * @param side where the padding goes
   */
  record Tokens(long padTokenId, PaddingSide side) implements RowLayout {}

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

  /** Where padding goes. */
  enum PaddingSide {
    /** Before the tokens. */
    LEFT,
    /** After the tokens. */
    RIGHT
  }
}
