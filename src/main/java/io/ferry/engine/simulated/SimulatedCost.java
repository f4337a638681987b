package io.ferry.engine.simulated;

import java.time.Duration;

/**
 * What a batch costs on the pretend accelerator: fixed + rows x perRow + padded tokens x perToken.
 *
 * @param fixed a pass with nothing in it
 * @param perRow added for each row
 * @param perToken added for each token, padding included
 */
public record SimulatedCost(Duration fixed, Duration perRow, Duration perToken) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is negative
   */
  public SimulatedCost {
    if (fixed.isNegative() || perRow.isNegative() || perToken.isNegative()) {
      throw new IllegalArgumentException("a cost is not negative");
    }
  }

  long nanos(int rows, long paddedTokens) {
    return fixed.toNanos() + rows * perRow.toNanos() + paddedTokens * perToken.toNanos();
  }
}
