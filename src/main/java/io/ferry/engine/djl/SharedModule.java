package io.ferry.engine.djl;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TorchScript module in memory, once for all lanes: it is re-entrant. Freed when the last lane
 * gives it back.
 */
final class SharedModule {

  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final AtomicInteger users;

  SharedModule(PtNDManager manager, PtSymbolBlock module, int lanes) {
    this.manager = manager;
    this.module = module;
    this.users = new AtomicInteger(lanes);
  }

  /** The root of all native memory that the model takes. */
  PtNDManager manager() {
    return manager;
  }

  IValue forward(IValue... inputs) {
    return module.forward(inputs);
  }

  /** A lane will not use it any more. */
  void giveBack() {
    if (users.decrementAndGet() == 0) {
      module.close();
      manager.close();
    }
  }
}
