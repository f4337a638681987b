package io.ferry.engine.aoti;

/**
 * The lengths that an axis may have.
 *
 * @param least at least 0
 * @param most at least {@code least}
 */
record AxisRange(long least, long most) {

  AxisRange {
    if (least < 0 || most < least) {
      throw new IllegalArgumentException("from %d to %d".formatted(least, most));
    }
  }

  boolean holds(long length) {
    return length >= least && length <= most;
  }

  @Override
  public String toString() {
    return most == Long.MAX_VALUE ? least + " or more" : least + " to " + most;
  }
}
