package io.ferry.model;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import java.util.Optional;

/**
 * A text as a vector for each of its tokens: the first output, as it is.
 *
 * @param dimensions of each vector
 */
public record EmbedAll(int dimensions) implements Task {

  @Override
  public String label() {
    return "embed-all";
  }

  /** The vectors of a text, [tokens][numbers]. */
  public float[][] vectors(Prediction prediction) {
    return TokenVectors.of(prediction);
  }

  @Override
  public Optional<String> flaw(ModelInput input, Prediction prediction) {
    Optional<String> flaw = TokenVectors.flaw(label(), input, prediction);
    if (flaw.isPresent()) {
      return flaw;
    }
    int given = prediction.first().shape()[1];
    return given == dimensions
        ? Optional.empty()
        : Optional.of(
            "the model gives vectors of %d numbers, its files say %d".formatted(given, dimensions));
  }
}
