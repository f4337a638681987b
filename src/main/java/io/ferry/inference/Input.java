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

  /** The texts in it, to check them: none, one or two. */
  default List<String> texts() {
    return switch (this) {
      case Text(String text) -> List.of(text);
      case Pair(String first, String second) -> List.of(first, second);
      case Tensors tensors -> List.of();
    };
  }
}
