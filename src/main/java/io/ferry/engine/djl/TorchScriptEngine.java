package io.ferry.engine.djl;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.ferry.batching.ModelInstance;
import io.ferry.engine.Engine;
import io.ferry.engine.EngineModel;
import io.ferry.engine.InputPacker;
import io.ferry.engine.OnePyTorch;
import io.ferry.engine.OutputSplitter;
import io.ferry.engine.RowLayout;
import io.ferry.engine.WantedInput;
import io.ferry.inference.Datatype;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Signature;
import io.ferry.model.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Runs TorchScript files. Such a file is code that runs with the rights of the server: it must come
 * from whom you trust.
 */
public final class TorchScriptEngine implements Engine {

  private static final Logger LOG = Logger.getLogger(TorchScriptEngine.class);

  /** Its name in settings and logs. */
  public static final String NAME = "pytorch";

  private static final String OTHER =
      "a model.pt2 is served here, and the PyTorch that runs it cannot share the process with the one"
          + " for model.pt; serve one of them from another Ferry, or export model.onnx for it";

  private final String deviceName;
  private final int threads;
  private final OnePyTorch process;

  /**
   * An engine for a device.
   *
   * @param deviceName {@code cpu} or {@code gpu:N}
   * @param threads that share one pass on a CPU. PyTorch keeps the number for the whole process: it
   *     is that of the engine that is used first
   */
  public TorchScriptEngine(String deviceName, int threads) {
    this(deviceName, threads, new OnePyTorch());
  }

  /**
   * The same, where another engine may have loaded a PyTorch.
   *
   * @param process which one this process has
   */
  public TorchScriptEngine(String deviceName, int threads, OnePyTorch process) {
    this.process = process;
    this.deviceName = deviceName;
    this.threads = threads;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String file() {
    return "model.pt";
  }

  @Override
  public String platform() {
    return "pytorch_torchscript";
  }

  @Override
  public Optional<String> off() {
    return process.takenFrom(NAME) ? Optional.of(OTHER) : Optional.empty();
  }

  @Override
  public EngineModel open(Path file, RowLayout layout, int lanes) throws ModelLoadException {
    PtNDManager manager = start();
    try {
      PtSymbolBlock module =
          JniUtils.loadModule(manager, file, true, new String[0], new String[0], false);
      List<WantedInput> wanted = ForwardDeclaration.inputs(declaration(module));
      SharedModule shared = new SharedModule(manager, module, lanes);
      List<ModelInstance> instances = new ArrayList<>(lanes);
      for (int lane = 0; lane < lanes; lane++) {
        instances.add(
            new TorchScriptInstance(
                shared, InputPacker.of(layout, wanted), new OutputSplitter(layout)));
      }
      return new EngineModel(signature(layout, wanted), instances);
    } catch (EngineException broken) {
      manager.close();
      throw new ModelLoadException("model.pt is no TorchScript that this PyTorch can load", broken);
    } catch (ModelLoadException failed) {
      manager.close();
      throw failed;
    }
  }

  private PtNDManager start() throws ModelLoadException {
    if (!process.take(NAME)) {
      throw new ModelLoadException(OTHER);
    }
    try {
      return PyTorch.enter(deviceName, threads);
    } catch (EngineException | LinkageError failed) {
      LOG.errorf("PyTorch's libraries are unpacked to %s", PyTorch.cacheFolder());
      throw new ModelLoadException(
          "the PyTorch engine does not start on %s; the folder into which its libraries are unpacked (DJL_CACHE_DIR, the log has it) must be writable and have 500 MB left"
              .formatted(deviceName),
          failed);
    }
  }

  /** What PyTorch says to a call without arguments. */
  private static String declaration(PtSymbolBlock module) throws ModelLoadException {
    try (IValue ignored = module.forward()) {
      throw new ModelLoadException("model.pt takes no input");
    } catch (EngineException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  private static Signature signature(RowLayout layout, List<WantedInput> wanted) {
    return switch (layout) {
      case RowLayout.Tokens tokens ->
          new Signature(
              wanted.stream()
                  .map(it -> new TensorSpec(it.name(), Datatype.INT64, List.of(-1, -1)))
                  .toList(),
              List.of());
      case RowLayout.Tensors(List<TensorSpec> inputs) -> new Signature(inputs, List.of());
    };
  }
}
