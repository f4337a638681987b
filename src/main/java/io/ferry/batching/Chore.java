package io.ferry.batching;

/**
 * Work of a lane besides its batches, done in steps of one pass each so that batches of other
 * models fit between them: a model's first passes, or trying whether a broken one works again.
 * Belongs to one lane's thread.
 */
public interface Chore {

  /** What follows a step. */
  sealed interface Next {

    /**
     * Another step.
     *
     * @param nanos not before this moment, on the ticker's clock
     */
    record Again(long nanos) implements Next {}

    /** Nothing: the chore is done. */
    record Done() implements Next {}

    /** Nothing ever: the device can run nothing any more. */
    record DeviceLost() implements Next {}
  }

  /**
   * Does one step. Should not throw; a step that does, for a bug, is tried again.
   *
   * @param heartbeat of the lane, to be told of the pass
   */
  Next step(Heartbeat heartbeat);
}
