package io.ferry.engine.aoti;

import io.ferry.device.DeviceMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/** The GPUs that this process may use, without any PyTorch being loaded for it. */
public final class CudaDevices {

  private static final Logger LOG = Logger.getLogger(CudaDevices.class);
  private static final double PER_CENT = 100;

  private CudaDevices() {}

  /**
   * What the driver tells of a GPU.
   *
   * @param memory how to ask for its memory
   * @param utilization how to ask for the share of the last period in which it computed; NaN if it
   *     does not tell
   */
  public record Gauges(DeviceMemory memory, DoubleSupplier utilization) {}

  /** The devices that {@code auto} stands for here: all GPUs, else the CPU. */
  public static List<String> auto() {
    if (!NativeLibrary.runsHere()) {
      return List.of("cpu");
    }
    try {
      int gpus = new CudaDriver().devices();
      return gpus > 0
          ? IntStream.range(0, gpus).mapToObj(gpu -> "gpu:" + gpu).toList()
          : List.of("cpu");
    } catch (NativeCallException noDriver) {
      return List.of("cpu");
    }
  }

  /**
   * The gauges of a GPU; empty where there is no driver that tells.
   *
   * @param deviceName {@code gpu:N}
   */
  public static Optional<Gauges> gauges(String deviceName) {
    if (!NativeLibrary.runsHere()) {
      return Optional.empty();
    }
    try {
      Nvml nvml = new Nvml();
      MemorySegment device = nvml.device(new CudaDriver().busId(AotiDevice.ordinal(deviceName)));
      return Optional.of(
          new Gauges(
              new DeviceMemory(
                  () -> memory(nvml, device).used(), () -> memory(nvml, device).total()),
              () -> utilization(nvml, device)));
    } catch (NativeCallException untold) {
      LOG.infof("No figures of %s: the driver does not tell them", deviceName);
      LOG.debug("Why", untold);
      return Optional.empty();
    }
  }

  private static Nvml.Memory memory(Nvml nvml, MemorySegment device) {
    try {
      return nvml.memory(device);
    } catch (NativeCallException untold) {
      return new Nvml.Memory(0, 0);
    }
  }

  private static double utilization(Nvml nvml, MemorySegment device) {
    try {
      return nvml.utilization(device) / PER_CENT;
    } catch (NativeCallException untold) {
      return Double.NaN;
    }
  }
}
