package io.ferry.inference;

import java.util.concurrent.atomic.AtomicReference;

/**
 * How a protocol adapter says that its caller went away. The adapter cancels, from any thread and
 * at any time; the pipeline says what that means once there is something to cancel.
 */
public final class Cancellation {

  /** What stands where no action of the pipeline's is bound. */
  private enum Unbound implements Runnable {
    /** Neither bound nor cancelled. */
    OPEN,
    /** Cancelled. */
    CANCELLED;

    @Override
    public void run() {
      // There is nothing to cancel yet, or not any more.
    }
  }

  private final AtomicReference<Runnable> action = new AtomicReference<>(Unbound.OPEN);

  /** Says that nobody waits for the answer any more. Runs the bound action at most once. */
  public void cancel() {
    action.getAndSet(Unbound.CANCELLED).run();
  }

  /** Whether {@link #cancel} was called. */
  public boolean cancelled() {
    return action.get() == Unbound.CANCELLED;
  }

  /**
   * Sets what a cancel does, in place of what it did before; runs it at once if the cancel came
   * first.
   */
  public void bind(Runnable onCancel) {
    Runnable before = action.getAndUpdate(it -> it == Unbound.CANCELLED ? it : onCancel);
    if (before == Unbound.CANCELLED) {
      onCancel.run();
    }
  }
}
