package io.ferry.engine.djl;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.util.cuda.CudaUtils;
import io.ferry.device.DeviceMemory;
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

  /**
   * The memory of a GPU, as CUDA's driver tells it.
   *
   * @param deviceName {@code gpu:N}
   */
  public static DeviceMemory memory(String deviceName) {
    Device gpu = PyTorch.gpu(deviceName);
    return new DeviceMemory(
        () -> CudaUtils.getGpuMemory(gpu).getUsed(), () -> CudaUtils.getGpuMemory(gpu).getMax());
  }
}
