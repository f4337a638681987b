package io.ferry.config;

import io.ferry.engine.Engine;
import io.ferry.engine.ManyDevices;
import io.ferry.engine.djl.PyTorchDevices;
import io.ferry.engine.djl.TorchScriptEngine;
import io.ferry.engine.onnx.OnnxRuntimeEngine;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The devices that serve, {@code auto} resolved.
 *
 * @param names such as {@code gpu:0}
 * @param lanesEach forward passes at once on each
 */
record Devices(List<String> names, int lanesEach) {

  private static final String CPU = "cpu";

  static Devices of(Settings settings) {
    List<String> names =
        settings.devices().equals(List.of(Settings.AUTO))
            ? PyTorchDevices.auto(threads(settings.lanes()))
            : settings.devices();
    // The pretend accelerator is defined to have one.
    boolean simulated = names.equals(List.of(Settings.SIMULATED));
    return new Devices(names, simulated ? 1 : settings.lanes());
  }

  boolean simulated() {
    return names.equals(List.of(Settings.SIMULATED));
  }

  /** What kinds of devices there are, such as {@code cpu} or {@code cpu+gpu}. */
  String kinds() {
    return names.stream()
        .map(name -> name.startsWith("gpu:") ? "gpu" : name)
        .distinct()
        .sorted()
        .collect(Collectors.joining("+"));
  }

  /**
   * The engines, the preferred one first: on a CPU ONNX Runtime is the faster, on a GPU PyTorch.
   * Each serves all lanes of all devices.
   */
  List<Engine> engines() {
    int threads = threads(lanesEach);
    Engine pytorch = onAll(it -> new TorchScriptEngine(it, threads));
    Engine onnxRuntime = onAll(it -> new OnnxRuntimeEngine(it, threads));
    return names.contains(CPU) ? List.of(onnxRuntime, pytorch) : List.of(pytorch, onnxRuntime);
  }

  private Engine onAll(Function<String, Engine> onOne) {
    return new ManyDevices(names.stream().map(onOne).toList());
  }

  /** The threads that share one pass on the CPU: of all cores those that are a lane's share. */
  private static int threads(int lanes) {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / lanes);
  }

  /** The device of each lane. */
  List<String> lanes() {
    return names.stream().flatMap(it -> Collections.nCopies(lanesEach, it).stream()).toList();
  }
}
