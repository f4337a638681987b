package io.ferry.model;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import java.util.List;
import java.util.Optional;

/**
 * A text as one vector. The first output is a vector for each token, or, of a model that pools
 * itself, one vector.
 *
 * @param pooling makes one vector of the tokens'
 * @param layers go over it, in this order
 * @param normalized whether it is scaled to length 1 at the end
 * @param dimensions of the vector that comes out
 */
public record Embed(Pooling pooling, List<DenseLayer> layers, boolean normalized, int dimensions)
    implements Task {

  /** Copies the list. */
  public Embed {
    layers = List.copyOf(layers);
  }

  @Override
  public String label() {
    return "embed";
  }

  @Override
  public Optional<String> flaw(ModelInput input, Prediction prediction) {
    return Optional.empty();
  }
}
