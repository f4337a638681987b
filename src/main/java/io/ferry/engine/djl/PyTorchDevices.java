package io.ferry.engine.djl;

import ai.djl.engine.EngineException;
import java.util.List;
import java.util.stream.IntStream;

/** The devices that this PyTorch can use. */
public final class PyTorchDevices {

  private PyTorchDevices() {}

  /**
   * The devices that {@code auto} stands for here: all GPUs, else the CPU.
   *
   * @param threads that share one pass on a CPU, should the engine not be running
   */
  public static List<String> auto(int threads) {
    try {
      int gpus = PyTorch.start(threads).getGpuCount();
      return gpus > 0
          ? IntStream.range(0, gpus).mapToObj(gpu -> "gpu:" + gpu).toList()
          : List.of("cpu");
    } catch (EngineException | LinkageError reportedByTheLoad) {
      return List.of("cpu");
    }
  }
}
