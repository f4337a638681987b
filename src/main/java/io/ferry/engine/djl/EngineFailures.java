package io.ferry.engine.djl;

import ai.djl.engine.EngineException;
import io.ferry.batching.PassResult;
import io.ferry.engine.LostDevice;
import java.util.List;
import java.util.Locale;

/**
 * Tells what a native failure means. PyTorch gives DJL nothing but a text, so this looks for the
 * words that its allocators and CUDA's runtime use.
 */
final class EngineFailures {

  private static final List<String> OUT_OF_MEMORY =
      List.of("out of memory", "can't allocate memory", "alloc_cpu", "bad_alloc");

  private EngineFailures() {}

  static PassResult classify(EngineException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (LostDevice.isToldBy(message)) {
      return new PassResult.DeviceLost(failure);
    }
    if (OUT_OF_MEMORY.stream().anyMatch(message::contains)) {
      return new PassResult.OutOfMemory(failure);
    }
    return new PassResult.Faulted(failure);
  }
}
