package io.ferry.batching;

/** How one forward pass went. */
public sealed interface PassResult {

  /** Every row has its answer. */
  record Done() implements PassResult {}

  /**
   * The model or its engine refused the batch; another batch may work.
   *
   * @param cause for the log, never for callers: it may hold native text and the model's source
   */
  record Faulted(Throwable cause) implements PassResult {}

  /**
   * The device had not enough memory for this batch; a smaller one may fit.
   *
   * @param cause for the log
   */
  record OutOfMemory(Throwable cause) implements PassResult {}

  /**
   * The device can run nothing any more; only a new process helps.
   *
   * @param cause for the log
   */
  record DeviceLost(Throwable cause) implements PassResult {}
}
