package io.ferry.batching;

/** The only way to read the clock. */
@FunctionalInterface
public interface Ticker {

  /** Nanoseconds since an origin of this ticker's choice; never negative, never runs back. */
  long nanos();
}
