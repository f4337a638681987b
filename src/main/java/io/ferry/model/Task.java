package io.ferry.model;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import java.util.Optional;

/**
 * What a model's numbers mean. Tasks turn a prediction into an answer, on the thread of the request
 * that asked.
 */
public sealed interface Task permits Classify, Embed, EmbedAll, Rerank, Tensors {

  /** The task's name in settings and on pages, such as {@code embed-all}. */
  String label();

  /**
   * What is wrong with a prediction, so that this task cannot make an answer of it; empty if
   * nothing is. Asked in warm-up, before the model serves.
   *
   * @return a sentence about the model, for operators
   */
  Optional<String> flaw(ModelInput input, Prediction prediction);
}
