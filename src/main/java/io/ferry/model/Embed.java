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

  /** The vector of a text as the model's files want it, {@link #dimensions} numbers. */
  public float[] vector(Prediction prediction) {
    return vector(prediction, dimensions, normalized);
  }

  /**
   * The vector of a text, cut to its first numbers and scaled to length 1: what models that were
   * trained for it (Matryoshka) are asked for.
   *
   * @param first how many numbers, 1 to {@link #dimensions}
   * @throws IllegalArgumentException if there are not so many
   */
  public float[] vector(Prediction prediction, int first) {
    return vector(prediction, first, true);
  }

  /**
   * The vector of a text as a caller wants it, whatever the model's files say.
   *
   * @param first how many of its numbers, 1 to {@link #dimensions}
   * @param scaled whether they are scaled to length 1
   * @throws IllegalArgumentException if there are not so many
   */
  public float[] vector(Prediction prediction, int first, boolean scaled) {
    if (first < 1 || first > dimensions) {
      throw new IllegalArgumentException(
          "%d dimensions of %d are asked for".formatted(first, dimensions));
    }
    Tensor output = prediction.first();
    float[] vector = output.floats();
    if (output.shape().length == 2) {
      vector = pooling.pool(vector, output.shape()[0]);
      for (DenseLayer layer : layers) {
        vector = layer.apply(vector);
      }
    }
    if (first < dimensions) {
      vector = Vectors.first(vector, first);
    }
    return scaled ? Vectors.normalized(vector) : vector;
  }

  /** How many numbers a token's vector has, before they are pooled. */
  public int tokenDimensions() {
    return layers.isEmpty() ? dimensions : layers.getFirst().inputs();
  }

  /**
   * The vectors of a text's tokens, before they are pooled: [tokens][numbers].
   *
   * @throws IllegalArgumentException if the model gives the vector of the text alone
   */
  public float[][] tokens(Prediction prediction) {
    if (!hasTokenVectors(prediction)) {
      throw new IllegalArgumentException("the model gives one vector a text, none for its tokens");
    }
    return TokenVectors.of(prediction);
  }

  /** Whether there is a vector for each token, before they are pooled. */
  public boolean hasTokenVectors(Prediction prediction) {
    return prediction.first().shape().length == 2;
  }

  @Override
  public Optional<String> flaw(ModelInput input, Prediction prediction) {
    int[] shape = prediction.first().shape();
    if (shape.length == 1) {
      return mismatch("the model gives", shape[0], "its files say", dimensions);
    }
    Optional<String> flaw = TokenVectors.flaw(label(), input, prediction);
    if (flaw.isPresent()) {
      return flaw;
    }
    String giver = "the model gives";
    int width = shape[1];
    for (int i = 0; i < layers.size(); i++) {
      String layer = "Dense layer " + (i + 1);
      if (width != layers.get(i).inputs()) {
        return mismatch(giver, width, layer + " takes", layers.get(i).inputs());
      }
      giver = layer + " gives";
      width = layers.get(i).outputs();
    }
    return mismatch(giver, width, "its files say", dimensions);
  }

  private static Optional<String> mismatch(String giver, int given, String taker, int taken) {
    return given == taken
        ? Optional.empty()
        : Optional.of("%s vectors of %d numbers, %s %d".formatted(giver, given, taker, taken));
  }
}
