package io.ferry.model;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import java.util.Optional;

/**
 * How well a text answers a query: the first output is one logit for the pair.
 *
 * @param activation makes a score of the logit
 */
public record Rerank(Activation activation) implements Task {

  @Override
  public String label() {
    return "rerank";
  }

  /** The score of a pair: higher fits better. */
  public double score(Prediction prediction) {
    return activation.apply(prediction.values())[0];
  }

  /** The logit of a pair, before the activation. */
  public double logit(Prediction prediction) {
    return prediction.values()[0];
  }

  @Override
  public Optional<String> flaw(ModelInput input, Prediction prediction) {
    int logits = prediction.first().elements();
    return logits == 1
        ? Optional.empty()
        : Optional.of("a reranker gives one value a pair, this model %d".formatted(logits));
  }
}
