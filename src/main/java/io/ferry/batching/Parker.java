package io.ferry.batching;

/**
 * The only way to wait: one parker for one thread. An {@link #unpark} that comes before the park
 * makes it return at once, so a wake-up cannot be lost. A park may return for no reason.
 */
public interface Parker {

  /** Waits until {@code nanos} on the ticker's clock, or until somebody calls {@link #unpark}. */
  void parkUntil(long nanos);

  /** Waits until somebody calls {@link #unpark}. */
  void park();

  /** Wakes the owner, or makes its next park return at once. Any thread may call this. */
  void unpark();
}
