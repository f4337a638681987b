package io.ferry.batching;

import java.util.Optional;

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

  /**
   * Closes all, also if some fail.
   *
   * @throws RuntimeException that of the first that failed; it has the others' as suppressed ones
   */
  static void closeAll(Iterable<? extends ModelInstance> instances) {
    Optional<RuntimeException> first = Optional.empty();
    for (ModelInstance instance : instances) {
      try {
        instance.close();
      } catch (RuntimeException failed) {
        first.ifPresent(it -> it.addSuppressed(failed));
        first = first.or(() -> Optional.of(failed));
      }
    }
    if (first.isPresent()) {
      throw first.get();
    }
  }
}
