package io.ferry.batching;

/**
 * One call into the engine, from which a result comes back whatever happens: what an engine or a
 * model's code throws is a failed pass, not the end of the device's thread.
 */
public final class GuardedPass {

  private GuardedPass() {}

  /**
   * Runs the batch as one step of the heartbeat.
   *
   * @return what the model returned, or what it threw as a failed pass
   */
  public static PassResult run(ModelInstance model, Batch batch, Heartbeat heartbeat) {
    heartbeat.stepBegins();
    try {
      return model.forward(batch);
    } catch (Exception | LinkageError | StackOverflowError | AssertionError bug) {
      // Exception, not RuntimeException: native code throws checked ones, too.
      return new PassResult.Faulted(bug);
    } catch (OutOfMemoryError error) {
      return new PassResult.OutOfMemory(error);
    } finally {
      heartbeat.stepEnds();
    }
  }
}
