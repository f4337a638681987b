package io.ferry.inference;

import java.util.Arrays;
import java.util.List;

/**
 * One row of raw tensors, for a model without a tokenizer.
 *
 * @param tensors one for each input of the model's signature, in its order, without the batch axis
 */
public record TensorRow(List<Tensor> tensors) implements ModelInput {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no tensor
   */
  public TensorRow {
    tensors = List.copyOf(tensors);
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("a row has at least one tensor");
    }
  }

  @Override
  public int length() {
    return 1;
  }

  /** Rows of one shape can be stacked; tensors are not padded. */
  @Override
  public boolean stacksWith(ModelInput other) {
    if (!(other instanceof TensorRow(List<Tensor> others)) || others.size() != tensors.size()) {
      return false;
    }
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i).datatype() != others.get(i).datatype()
          || !Arrays.equals(tensors.get(i).shape(), others.get(i).shape())) {
        return false;
      }
    }
    return true;
  }
}
