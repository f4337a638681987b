package io.ferry.inference;

/**
 * The model's answer to one row, as it left the device: the values of the first output without the
 * batch axis, in row-major order. A classifier's are its logits, one a label.
 *
 * @param values the numbers; handed over, not copied
 */
public record Prediction(float[] values) {

  /** Whether every value is a number: neither infinite nor NaN. */
  public boolean finite() {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
