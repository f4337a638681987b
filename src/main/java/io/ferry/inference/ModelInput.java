package io.ferry.inference;

/** One row as a model takes it: checked, and ready to be laid into a batch. */
public sealed interface ModelInput permits Encoding, TensorRow {

  /**
   * The length that is padded to the longest row of a batch, and that max-tokens counts: the tokens
   * of a text, 1 for a row of tensors.
   */
  int length();

  /** Whether one batch can hold this row and the other: whether they differ in length alone. */
  boolean stacksWith(ModelInput other);
}
