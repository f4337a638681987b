package io.ferry.model;

import java.time.Duration;
import java.util.Optional;

/**
 * What one request may ask of a model.
 *
 * @param maxRows rows of a request at most
 * @param maxText characters (UTF-16 units) of a text at most
 * @param timeout how long a request may wait for its answer; it may ask for less
 */
public record RequestLimits(int maxRows, int maxText, Duration timeout) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is not positive
   */
  public RequestLimits {
    if (maxRows < 1 || maxText < 1 || timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "limits must be positive: " + maxRows + ", " + maxText + ", " + timeout);
    }
  }

  /** What a caller hears whose request has so many rows; empty if they are not too many. */
  public Optional<String> tooManyRows(int rows) {
    return rows > maxRows
        ? Optional.of(
            "the input has %d rows, at most %d are allowed in one request".formatted(rows, maxRows))
        : Optional.empty();
  }

  /**
   * How long a request may wait that asks for a time of its own: no longer than the limit.
   *
   * @param asked unchecked
   */
  public Duration timeout(Optional<Duration> asked) {
    return asked.filter(it -> it.compareTo(timeout) < 0).orElse(timeout);
  }
}
