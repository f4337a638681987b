package io.ferry.inference;

import java.util.List;

/** What a caller sends for one row, before the model's encoder has seen it. */
public sealed interface Input {

  /** One text. */
  record Text(String text) implements Input {}

  /**
   * Two texts that the model reads together.
   *
   * @param first such as a reranker's query
   * @param second such as the text that is ranked
   */
  record Pair(String first, String second) implements Input {}

  /**
   * One text as tokens of the model's own vocabulary. The special tokens that belong around a text
   * are put anew, whether they are among them or not.
   *
   * @param ids unchecked; handed over, not copied
   */
  record TokenizedText(long[] ids) implements Input {}

  /**
   * A row of tokens exactly as the model takes it, special tokens included.
   *
   * @param ids unchecked; handed over, not copied
   * @param types which text of a pair each token belongs to; as many as ids
   */
  record TokenRow(long[] ids, long[] types) implements Input {
    /**
     * Checks the lengths.
     *
     * @throws IllegalArgumentException if there is not one type for each id
     */
    public TokenRow {
      if (ids.length != types.length) {
        throw new IllegalArgumentException(
            ids.length + " ids and " + types.length + " types of tokens");
      }
    }
  }

  /**
   * Raw numbers.
   *
   * @param tensors without the batch axis, in any order
   */
  record Tensors(List<Named> tensors) implements Input {
    /** Copies the list. */
    public Tensors {
      tensors = List.copyOf(tensors);
    }
  }

  /**
   * A tensor and the input that it is for.
   *
   * @param name as in the model's signature; an empty text means the only input
   */
  record Named(String name, Tensor tensor) {}
}
