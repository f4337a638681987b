package io.ferry.engine.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import io.ferry.model.ModelLoadException;
import java.nio.file.Path;

/** PyTorch itself: one native library for the whole process, started on the device's thread. */
final class PyTorch {

  private PyTorch() {}

  /**
   * Starts the engine if it is not running, and prepares the calling thread for forward passes.
   *
   * @param deviceName {@code cpu} or {@code gpu:N}: where arrays live
   * @param threads that share one pass on a CPU
   * @return the root of all native memory that the model takes
   * @throws ModelLoadException if this PyTorch sees no such device
   */
  static PtNDManager enter(String deviceName, int threads) throws ModelLoadException {
    Engine engine = start(threads);
    enterThread();
    return (PtNDManager) engine.newBaseManager(device(engine, deviceName));
  }

  /** Prepares the calling thread for forward passes. */
  static void enterThread() {
    // Grad mode belongs to the thread; the engine turns it off only where it was started.
    JniUtils.setGradMode(false);
  }

  /** Where the native libraries are unpacked to. */
  static Path cacheFolder() {
    return Utils.getEngineCacheDir("pytorch");
  }

  /** Everything is in the jars; a server does not look things up or report on the internet. */
  static void stayOffline() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  /**
   * Starts the engine if it is not running. Nothing of DJL may be touched before.
   *
   * @param threads that share one pass on a CPU; what {@code ai.djl.pytorch.num_threads} says
   *     counts more
   */
  static Engine start(int threads) {
    stayOffline();
    setIfAbsent("ai.djl.pytorch.num_threads", Integer.toString(threads));
    setIfAbsent("ai.djl.pytorch.num_interop_threads", "1");
    return Engine.getEngine("PyTorch");
  }

  private static Device device(Engine engine, String name) throws ModelLoadException {
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    Device gpu = gpu(name);
    if (gpu.getDeviceId() >= engine.getGpuCount()) {
      // DJL would take it, and serve from the CPU or fail in the first pass.
      throw new ModelLoadException(
          "there is no %s; the GPUs that PyTorch sees here: %d"
              .formatted(name, engine.getGpuCount()));
    }
    return gpu;
  }

  /** DJL's device for {@code gpu:N}, whether it is there or not. */
  static Device gpu(String name) {
    return Device.gpu(Integer.parseInt(name.substring("gpu:".length())));
  }

  private static void setIfAbsent(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
