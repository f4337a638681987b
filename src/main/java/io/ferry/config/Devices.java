package io.ferry.config;

import io.ferry.engine.Engine;
import io.ferry.engine.ManyDevices;
import io.ferry.engine.OnePyTorch;
import io.ferry.engine.aoti.AotInductorEngine;
import io.ferry.engine.aoti.CudaDevices;
import io.ferry.engine.aoti.SharedLibtorch;
import io.ferry.engine.djl.PyTorchDevices;
import io.ferry.engine.djl.TorchScriptEngine;
import io.ferry.engine.onnx.OnnxRuntimeEngine;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The devices that serve, {@code auto} resolved.
 *
 * @param names such as {@code gpu:0}
 * @param lanesEach forward passes at once on each
 * @param libtorch the folder of the libtorch for {@code model.pt2}
 * @param pytorch which PyTorch this process has
 */
record Devices(List<String> names, int lanesEach, Optional<Path> libtorch, OnePyTorch pytorch) {

  private static final String CPU = "cpu";
  private static final String GPU = "gpu:";

  static Devices of(Settings settings, Map<String, String> environment) {
    OnePyTorch pytorch = new OnePyTorch();
    Optional<Path> libtorch = SharedLibtorch.find(settings.libtorch(), environment);
    List<String> names =
        settings.devices().equals(List.of(Settings.AUTO))
            ? auto(settings, libtorch, pytorch)
            : settings.devices();
    // The pretend accelerator is defined to have one.
    boolean simulated = names.equals(List.of(Settings.SIMULATED));
    return new Devices(names, simulated ? 1 : settings.lanes(), libtorch, pytorch);
  }

  private static List<String> auto(Settings settings, Optional<Path> libtorch, OnePyTorch pytorch) {
    if (libtorch.isPresent()) {
      // Whoever counts GPUs with the other PyTorch has loaded it.
      return CudaDevices.auto();
    }
    pytorch.take(TorchScriptEngine.NAME);
    return PyTorchDevices.auto(threads(settings.lanes()));
  }

  boolean simulated() {
    return names.equals(List.of(Settings.SIMULATED));
  }

  /** What kinds of devices there are, such as {@code cpu} or {@code cpu+gpu}. */
  String kinds() {
    return names.stream()
        .map(name -> isGpu(name) ? "gpu" : name)
        .distinct()
        .sorted()
        .collect(Collectors.joining("+"));
  }

  static boolean isGpu(String device) {
    return device.startsWith(GPU);
  }

  /**
   * The engines, the preferred one first: code that was compiled for this very machine, then on a
   * CPU ONNX Runtime, on a GPU PyTorch. Each serves all lanes of all devices.
   */
  List<Engine> engines() {
    int threads = threads(lanesEach);
    SharedLibtorch shared = new SharedLibtorch(libtorch, pytorch);
    Engine compiled = onAll(it -> new AotInductorEngine(it, threads, shared));
    Engine torchScript = onAll(it -> new TorchScriptEngine(it, threads, pytorch));
    Engine onnxRuntime = onAll(it -> new OnnxRuntimeEngine(it, threads));
    return names.contains(CPU)
        ? List.of(compiled, onnxRuntime, torchScript)
        : List.of(compiled, torchScript, onnxRuntime);
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
