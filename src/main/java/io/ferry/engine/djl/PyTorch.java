package io.ferry.engine.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/** PyTorch itself: one native library for the whole process, started on the device's thread. */
final class PyTorch {

  private PyTorch() {}

  /**
   * Starts the engine if it is not running, and prepares the calling thread for forward passes.
   *
   * @param deviceName {@code cpu} or {@code gpu:N}: where arrays live
   * @return the root of all native memory that the model takes
   */
  static PtNDManager enter(String deviceName) {
    // Everything is in the jars; a server does not look things up or report on the internet.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    // One core is left for the threads that take requests.
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    setIfAbsent("ai.djl.pytorch.num_threads", Integer.toString(threads));
    setIfAbsent("ai.djl.pytorch.num_interop_threads", "1");
    Engine engine = Engine.getEngine("PyTorch");
    // Grad mode belongs to the thread; the engine turns it off only where it was started.
    JniUtils.setGradMode(false);
    return (PtNDManager) engine.newBaseManager(device(deviceName));
  }

  private static Device device(String name) {
    return name.equals("cpu")
        ? Device.cpu()
        : Device.gpu(Integer.parseInt(name.substring("gpu:".length())));
  }

  private static void setIfAbsent(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
