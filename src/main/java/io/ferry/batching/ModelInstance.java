package io.ferry.batching;

/**
 * Port: one loaded model on one device. Only the device's thread calls it, so an implementation may
 * keep buffers and native state without locks.
 */
public interface ModelInstance extends AutoCloseable {

  /**
   * Runs one batch and gives every row its answer. Rows may have different lengths; padding them is
   * the implementation's duty, and must not change any row's numbers.
   *
   * @return how the pass went; if it is {@link PassResult.Done}, every row has its answer
   */
  PassResult forward(Batch batch);

  /** Frees the model's memory on host and device. */
  @Override
  void close();
}
