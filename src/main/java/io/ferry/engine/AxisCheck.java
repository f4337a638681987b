package io.ferry.engine;

import io.ferry.model.ModelLoadException;
import io.ferry.model.TensorSpec;
import java.util.List;

/**
 * Checks at load that a file takes batches of any size and rows of the layout's shapes, which would
 * fail in every pass otherwise. That the inputs themselves are the layout's was checked before.
 */
public final class AxisCheck {

  private static final int ANY = -1;

  private AxisCheck() {}

  /**
   * Checks.
   *
   * @param inputs as the file describes them, of the layout's names and kinds
   * @throws ModelLoadException if the file fixes the batch, or takes rows of another shape
   */
  public static void check(List<TensorSpec> inputs, RowLayout layout) throws ModelLoadException {
    for (TensorSpec input : inputs) {
      int batch = input.shape().getFirst();
      if (batch != ANY) {
        throw new ModelLoadException(
            "the model was exported with a fixed batch of %d (input \"%s\"); export it with a"
                    .formatted(batch, input.name())
                + " dynamic batch axis");
      }
      switch (layout) {
        case RowLayout.Tokens tokens -> checkTokens(input);
        case RowLayout.Tensors tensors -> checkTensor(input, described(input, tensors));
      }
    }
  }

  private static void checkTokens(TensorSpec input) throws ModelLoadException {
    if (input.shape().size() != 2) {
      throw new ModelLoadException(
          "the model takes \"%s\" with %d axes; tokens have two, [batch, sequence]"
              .formatted(input.name(), input.shape().size()));
    }
    int sequence = input.shape().get(1);
    if (sequence != ANY) {
      throw new ModelLoadException(
          "the model was exported with a fixed sequence of %d (input \"%s\"); export it with a"
                  .formatted(sequence, input.name())
              + " dynamic sequence axis");
    }
  }

  /** A single input needs no name to be told from others. */
  private static TensorSpec described(TensorSpec input, RowLayout.Tensors layout) {
    return layout.inputs().stream()
        .filter(it -> layout.inputs().size() == 1 || it.name().equals(input.name()))
        .findFirst()
        .orElseThrow();
  }

  private static void checkTensor(TensorSpec input, TensorSpec described)
      throws ModelLoadException {
    boolean fits = input.shape().size() == described.shape().size();
    for (int axis = 1; fits && axis < input.shape().size(); axis++) {
      int length = input.shape().get(axis);
      fits = length == ANY || length == described.shape().get(axis);
    }
    if (!fits) {
      throw new ModelLoadException(
          "the model takes \"%s\" with the shape %s, signature.json says %s"
              .formatted(input.name(), input.shape(), described.shape()));
    }
  }
}
