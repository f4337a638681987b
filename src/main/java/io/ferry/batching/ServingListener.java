package io.ferry.batching;

import java.util.List;

/**
 * What the device's thread tells the rest of the world: metrics, logs and the model's state. Called
 * on that thread, between passes; an implementation returns quickly.
 */
public interface ServingListener {

  /**
   * A lane was busy with a pass, whatever became of it.
   *
   * @param lane its index
   * @param nanos for so long
   */
  default void passEnded(int lane, long nanos) {}

  /**
   * A pass gave its answers.
   *
   * @param batch what ran
   * @param nanos packing, forward and reading back
   */
  default void passServed(Batch batch, long nanos) {}

  /**
   * A row leaves the queue for its first pass.
   *
   * @param queueNanos how long it waited
   */
  default void rowDequeued(long queueNanos) {}

  /**
   * A pass failed; its rows may be tried again in smaller batches.
   *
   * @param rows how many were in it
   * @param cause for the log
   */
  default void passFailed(int rows, Throwable cause) {}

  /**
   * A row was given up.
   *
   * @param id what the caller was told
   * @param cause for the log
   */
  default void rowFailed(String id, Throwable cause) {}

  /**
   * The model or its device cannot serve.
   *
   * @param reason for operators
   */
  default void unavailable(String reason) {}

  /** The model serves again. */
  default void available() {}

  /** One listener that tells several, in this order. */
  static ServingListener all(List<ServingListener> listeners) {
    return new FanOut(listeners);
  }
}
