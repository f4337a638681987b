package io.ferry.batching;

import java.time.Duration;

/** How long a free lane waits for company to the rows that are there. */
public sealed interface MaxWait {

  /** The longest wait of {@link Auto}, however much it seems to pay. */
  Duration LONGEST_AUTO = Duration.ofMillis(100);

  /**
   * Never longer than this, counted from the arrival of the oldest waiting row.
   *
   * @param duration zero: a free lane never waits
   */
  record Fixed(Duration duration) implements MaxWait {

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Fixed {
      if (duration.isNegative()) {
        throw new IllegalArgumentException("max-wait must not be negative, but is " + duration);
      }
    }
  }

  /** As long as it pays, by what arrives and what passes take: see {@link AutoWait}. */
  record Auto() implements MaxWait {}

  /** A free lane never waits. */
  static MaxWait none() {
    return new Fixed(Duration.ZERO);
  }

  /** The longest that a free lane may wait for the next row. */
  default Duration atMost() {
    return switch (this) {
      case Fixed(Duration duration) -> duration;
      case Auto() -> LONGEST_AUTO;
    };
  }
}
