package io.ferry.model;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import io.ferry.inference.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * A text as one vector. The first output is a vector for each token, which is pooled, goes through
 * the layers and is normalised here; or, of a model that does all of this itself, the vector.
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

  /** The vector of a text, {@link #dimensions} numbers. */
  public float[] vector(Prediction prediction) {
    Tensor output = prediction.first();
    float[] vector = output.floats();
    if (output.shape().length == 2) {
      vector = pooling.pool(vector, output.shape()[0]);
      for (DenseLayer layer : layers) {
        vector = layer.apply(vector);
      }
    }
    return normalized ? Vectors.normalized(vector) : vector;
  }

  /**
   * The vector of a text, cut to its first numbers and scaled to length 1: what models that were
   * trained for it (Matryoshka) are asked for.
   *
   * @param first how many numbers, 1 to {@link #dimensions}
   * @throws IllegalArgumentException if there are not so many
   */
  public float[] vector(Prediction prediction, int first) {
    if (first < 1 || first > dimensions) {
      throw new IllegalArgumentException(
          "%d dimensions of %d are asked for".formatted(first, dimensions));
    }
    return Vectors.normalized(Vectors.first(vector(prediction), first));
  }

  /** Whether there is a vector for each token, before they are pooled. */
  public boolean hasTokenVectors(Prediction prediction) {
    return prediction.first().shape().length == 2;
  }

  @Override
  public Optional<String> flaw(ModelInput input, Prediction prediction) {
    int[] shape = prediction.first().shape();
    if (shape.length == 1) {
      return width("vectors", shape[0], dimensions);
    }
    Optional<String> flaw = TokenVectors.flaw(input, prediction);
    int width = shape[shape.length - 1];
    for (int i = 0; flaw.isEmpty() && i < layers.size(); i++) {
      flaw = width("vectors", width, layers.get(i).inputs());
      width = layers.get(i).outputs();
    }
    return flaw.isPresent() ? flaw : width("vectors", width, dimensions);
  }

  private static Optional<String> width(String what, int given, int expected) {
    return given == expected
        ? Optional.empty()
        : Optional.of(
            "the model gives %s of %d numbers, its files say %d".formatted(what, given, expected));
  }
}
