package io.ferry.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;

/**
 * Finds the tensor that counts in whatever a module returns: a tensor, a tuple, a list or a map.
 */
final class FirstOutput {

  private FirstOutput() {}

  static PtNDArray of(IValue output, PtNDManager manager) {
    if (output.isTensor()) {
      return output.toTensor(manager);
    }
    // Attached to the manager, all of them: those that are not used are freed with it.
    return (PtNDArray) output.toNDList(manager).getFirst();
  }
}
