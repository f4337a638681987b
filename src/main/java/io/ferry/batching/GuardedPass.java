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
    } catch (OutOfMemoryError error) {
      return new PassResult.OutOfMemory(error);
    } catch (Exception | LinkageError | VirtualMachineError | AssertionError bug) {
      // Exception, not RuntimeException: native code throws checked ones, too. Errors of the
      // virtual machine are deep recursions, and faults in mapped memory.
      return new PassResult.Faulted(bug);
    } finally {
      heartbeat.stepEnds();
    }
  }
}
