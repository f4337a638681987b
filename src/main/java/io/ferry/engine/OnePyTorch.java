package io.ferry.engine;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Which engine's PyTorch this process has. It can hold one: the system's loader resolves what a
 * second libtorch needs to the first one's libraries, because they have the same names. Whoever
 * comes first has it. Any thread may call it.
 */
public final class OnePyTorch {

  private final AtomicReference<Optional<String>> holder = new AtomicReference<>(Optional.empty());

  /** Takes it, if nobody else has it. */
  public boolean take(String engine) {
    return holder
        .updateAndGet(held -> held.isPresent() ? held : Optional.of(engine))
        .equals(Optional.of(engine));
  }

  /** Whether an engine that is not this one has it. */
  public boolean takenFrom(String engine) {
    return holder.get().filter(held -> !held.equals(engine)).isPresent();
  }
}
