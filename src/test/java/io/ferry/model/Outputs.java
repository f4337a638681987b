package io.ferry.model;

import io.ferry.inference.Datatype;
import io.ferry.inference.Prediction;
import io.ferry.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/** Predictions of more axes than one. */
final class Outputs {

  private Outputs() {}

  /** A vector for each token. */
  static Prediction tokens(float[]... vectors) {
    int width = vectors[0].length;
    float[] flat = new float[vectors.length * width];
    for (int token = 0; token < vectors.length; token++) {
      System.arraycopy(vectors[token], 0, flat, token * width, width);
    }
    return shaped(new int[] {vectors.length, width}, flat);
  }

  /** Zeros in a shape. */
  static Prediction zeros(int... shape) {
    int elements = 1;
    for (int axis : shape) {
      elements *= axis;
    }
    return shaped(shape, new float[elements]);
  }

  private static Prediction shaped(int[] shape, float[] values) {
    ByteBuffer data = Tensor.of(values).data();
    return new Prediction(List.of(new Tensor(Datatype.FP32, shape, data)));
  }
}
