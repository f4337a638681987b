package io.ferry.engine.aoti;

import io.ferry.batching.ModelInstance;
import io.ferry.engine.AxisCheck;
import io.ferry.engine.Engine;
import io.ferry.engine.EngineModel;
import io.ferry.engine.InputPacker;
import io.ferry.engine.RowLayout;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Signature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs {@code model.pt2}: machine code that torch.export and AOTInductor made, on a libtorch that
 * the machine has. Such a file is code that runs with the rights of the server: it must come from
 * whom you trust.
 *
 * <p>All lanes of a model run one container: its weights are in memory once.
 */
public final class AotInductorEngine implements Engine {

  private final SharedLibtorch library;
  private final AotiDevice device;
  private final int threadsPerLane;
  private final OpenHandles handles;

  /**
   * An engine for a device. The library itself is loaded with the first model.
   *
   * @param deviceName {@code cpu} or {@code gpu:N}
   * @param threadsPerLane threads that share one pass on a CPU, at least 1
   * @param library the libtorch of all devices
   */
  public AotInductorEngine(String deviceName, int threadsPerLane, SharedLibtorch library) {
    this(deviceName, threadsPerLane, library, new OpenHandles());
  }

  AotInductorEngine(
      String deviceName, int threadsPerLane, SharedLibtorch library, OpenHandles handles) {
    if (threadsPerLane < 1) {
      throw new IllegalArgumentException("a lane has at least one thread, not " + threadsPerLane);
    }
    this.device = AotiDevice.of(deviceName);
    this.threadsPerLane = threadsPerLane;
    this.library = library;
    this.handles = handles;
  }

  @Override
  public String name() {
    return SharedLibtorch.ENGINE;
  }

  @Override
  public String file() {
    return "model.pt2";
  }

  @Override
  public String platform() {
    return "pytorch_aotinductor";
  }

  @Override
  public Optional<String> off() {
    return library.off();
  }

  @Override
  public EngineModel open(Path file, RowLayout layout, int lanes) throws ModelLoadException {
    PackageFacts facts = PackageFacts.read(CompiledPackage.metadata(file));
    Signature signature = CompiledModel.signature(facts);
    AxisCheck.check(signature.inputs(), layout);
    Libtorch torch = library.get();
    PackageCheck.check(facts, torch.version(), device.kind(), CpuFeatures.here());
    try {
      CompiledModel model =
          new CompiledModel(facts, layout, device.numbered(torch.shim()), threadsPerLane);
      Container container =
          Container.open(CompiledPackage.unpack(file, handles), lanes, device.name(), handles);
      List<ModelInstance> instances = new ArrayList<>(lanes);
      try {
        PackageCheck.check(facts, container.call());
        for (int lane = 0; lane < lanes; lane++) {
          instances.add(lane(torch, container, model));
        }
        return new EngineModel(signature, instances);
      } catch (NativeCallException | ModelLoadException | RuntimeException | Error failed) {
        close(container, instances, lanes);
        throw failed;
      }
    } catch (NativeCallException failed) {
      throw new ModelLoadException(reason(failed, torch), failed);
    }
  }

  private ModelInstance lane(Libtorch torch, Container container, CompiledModel model)
      throws NativeCallException, ModelLoadException {
    PassStream stream = device.stream(handles);
    try {
      InputPacker packer = InputPacker.of(model.layout(), model.wanted(), stream.buffers());
      return new AotiLane(torch, container, model, stream, packer, handles);
    } catch (ModelLoadException | RuntimeException | Error failed) {
      stream.close();
      throw failed;
    }
  }

  /** Each lane lets go of the container; so must those that did not come about. */
  private static void close(Container container, List<ModelInstance> made, int lanes) {
    try {
      ModelInstance.closeAll(made);
    } finally {
      for (int missing = made.size(); missing < lanes; missing++) {
        container.release();
      }
    }
  }

  private static String reason(NativeCallException failed, Libtorch torch) {
    if (failed.words().contains("failed to map segment")) {
      return "the folder for temporary files, into which model.pt2 is unpacked, forbids code"
          + " (noexec); let java.io.tmpdir name another";
    }
    return NativeFailures.outOfMemory(failed)
        ? "model.pt2 does not fit into the device's memory"
        : "PyTorch %s cannot load model.pt2: it is damaged, or compiled for another machine; the log has its words"
            .formatted(torch.version());
  }
}
