package io.ferry.engine.djl;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import io.ferry.device.DeviceMemory;
import io.ferry.engine.InputPacker;
import io.ferry.engine.OutputSplitter;
import io.ferry.engine.RowLayout;
import io.ferry.engine.WantedInput;
import io.ferry.engine.folder.HuggingFaceConfig;
import io.ferry.engine.folder.ModelFolder;
import io.ferry.inference.Datatype;
import io.ferry.inference.Input;
import io.ferry.model.Activation;
import io.ferry.model.Classify;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelSpec;
import io.ferry.model.Signature;
import io.ferry.model.TensorSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads a classifier from a folder with {@code config.json}, {@code tokenizer.json} and {@code
 * model.pt}.
 */
public final class TorchScriptLoader {

  private static final Signature SIGNATURE =
      new Signature(
          List.of(
              new TensorSpec("input_ids", Datatype.INT64, List.of(-1, -1)),
              new TensorSpec("attention_mask", Datatype.INT64, List.of(-1, -1))),
          List.of());
  private static final List<WantedInput> WANTED =
      SIGNATURE.inputs().stream()
          .map(input -> new WantedInput(input.name(), Optional.of(input.datatype())))
          .toList();

  private final String deviceName;

  /**
   * The device that {@code auto} stands for here: the first GPU that this PyTorch can use, else the
   * CPU.
   */
  public static String autoDevice() {
    try {
      return PyTorch.start().getGpuCount() > 0 ? "gpu:0" : "cpu";
    } catch (EngineException | LinkageError reportedByTheLoad) {
      return "cpu";
    }
  }

  /**
   * The memory of a GPU, as CUDA's driver tells it.
   *
   * @param deviceName {@code gpu:N}
   */
  public static DeviceMemory gpuMemory(String deviceName) {
    Device gpu = PyTorch.gpu(deviceName);
    return new DeviceMemory(
        () -> CudaUtils.getGpuMemory(gpu).getUsed(), () -> CudaUtils.getGpuMemory(gpu).getMax());
  }

  /**
   * A loader for a device.
   *
   * @param deviceName {@code cpu} or {@code gpu:N}
   */
  public TorchScriptLoader(String deviceName) {
    this.deviceName = deviceName;
  }

  /**
   * Loads the model. Runs on the device's thread, which alone may run its passes and close it.
   *
   * @param name the name to serve it under
   * @throws ModelLoadException if a file is missing or broken, or the engine does not start
   */
  public LoadedModel load(String name, ModelFolder folder) throws ModelLoadException {
    HuggingFaceConfig config = HuggingFaceConfig.read(folder.config());
    PtNDManager manager = start();
    try {
      return load(name, folder, config, manager);
    } catch (ModelLoadException failed) {
      manager.close();
      throw failed;
    }
  }

  private static LoadedModel load(
      String name, ModelFolder folder, HuggingFaceConfig config, PtNDManager manager)
      throws ModelLoadException {
    HuggingFaceEncoder encoder = encoder(folder, config);
    try {
      PtSymbolBlock module =
          JniUtils.loadModule(
              manager, folder.torchScript(), true, new String[0], new String[0], false);
      RowLayout layout = new RowLayout.Tokens(config.padTokenId(), RowLayout.PaddingSide.RIGHT);
      return new LoadedModel(
          new ModelSpec(
              name,
              "1",
              "pytorch_torchscript",
              "fp32",
              new Classify(config.labels(), Activation.SOFTMAX),
              config.maxTokens(),
              SIGNATURE),
          encoder,
          List.of(
              new TorchScriptInstance(
                  manager, module, InputPacker.of(layout, WANTED), new OutputSplitter(layout))),
          new Input.Text("Ferry carries many small loads across in one trip."));
    } catch (EngineException broken) {
      encoder.close();
      throw new ModelLoadException("model.pt is no TorchScript that this PyTorch can load", broken);
    } catch (ModelLoadException missing) {
      encoder.close();
      throw missing;
    }
  }

  private PtNDManager start() throws ModelLoadException {
    try {
      return PyTorch.enter(deviceName);
    } catch (EngineException | LinkageError failed) {
      throw new ModelLoadException("the PyTorch engine does not start on " + deviceName, failed);
    }
  }

  private static HuggingFaceEncoder encoder(ModelFolder folder, HuggingFaceConfig config)
      throws ModelLoadException {
    try {
      // Length and padding are decided per request and per batch, not by the tokenizer.
      return new HuggingFaceEncoder(
          HuggingFaceTokenizer.newInstance(
              folder.tokenizer(), Map.of("truncation", "false", "padding", "false")),
          config.vocabularySize(),
          config.maxTokens());
    } catch (IOException | RuntimeException broken) {
      throw new ModelLoadException("tokenizer.json cannot be read", broken);
    }
  }
}
