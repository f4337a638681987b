package io.ferry.model;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import io.ferry.inference.Tensor;
import java.util.Arrays;
import java.util.Optional;

/** The first output of an encoder: [tokens, numbers]. */
final class TokenVectors {

  private TokenVectors() {}

  static float[][] of(Prediction prediction) {
    Tensor output = prediction.first();
    int tokens = output.shape()[0];
    int width = output.shape()[1];
    float[] flat = output.floats();
    float[][] vectors = new float[tokens][];
    for (int token = 0; token < tokens; token++) {
      vectors[token] = Arrays.copyOfRange(flat, token * width, (token + 1) * width);
    }
    return vectors;
  }

  /** Why it is no such output, if so; {@code task} needs one. */
  static Optional<String> flaw(String task, ModelInput input, Prediction prediction) {
    int[] shape = prediction.first().shape();
    if (shape.length == 1) {
      return Optional.of("the model gives one vector a text; %s needs one a token".formatted(task));
    }
    return shape.length == 2 && shape[0] == input.length()
        ? Optional.empty()
        : Optional.of(
            "the model gives an output of the shape %s for a text of %d tokens; needed is a vector for each"
                .formatted(Arrays.toString(shape), input.length()));
  }
}
