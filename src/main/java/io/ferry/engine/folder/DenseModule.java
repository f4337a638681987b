package io.ferry.engine.folder;

import io.ferry.model.DenseLayer;
import io.ferry.model.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Dense module of sentence-transformers: its configuration and its weights. */
final class DenseModule {

  private static final String WEIGHTS = "model.safetensors";
  private static final int MOST_WEIGHTS = 1 << 26;

  private DenseModule() {}

  static DenseLayer read(Path folder, String path, JsonFile config) throws ModelLoadException {
    int inputs = config.requiredWhole("in_features", 1);
    int outputs = config.requiredWhole("out_features", 1);
    if (config.flag("use_residual")) {
      throw new ModelLoadException(
          "%s adds what goes in to what comes out (use_residual), which Ferry does not do: export with --pooled"
              .formatted(config.name()));
    }
    if ((long) inputs * outputs > MOST_WEIGHTS) {
      throw config.flaw(
          "out_features", "such that there are at most %d weights".formatted(MOST_WEIGHTS));
    }
    Path weights = folder.resolve(path).resolve(WEIGHTS);
    if (!Files.isRegularFile(weights)) {
      throw new ModelLoadException(
          "the model folder has no %s/%s; save the model with a newer sentence-transformers, which writes safetensors"
              .formatted(path, WEIGHTS));
    }
    Safetensors tensors = Safetensors.read(weights, path + "/" + WEIGHTS);
    float[] flat = tensors.floats("linear.weight", outputs * inputs);
    float[][] rows = new float[outputs][inputs];
    for (int row = 0; row < outputs; row++) {
      System.arraycopy(flat, row * inputs, rows[row], 0, inputs);
    }
    boolean bias = !config.root().has("bias") || config.flag("bias");
    return new DenseLayer(
        rows, bias ? tensors.floats("linear.bias", outputs) : new float[outputs], function(config));
  }

  private static DenseLayer.Function function(JsonFile config) throws ModelLoadException {
    String name = config.text("activation_function").orElse("torch.nn.modules.activation.Tanh");
    return switch (name.startsWith("torch.") ? name.substring(name.lastIndexOf('.') + 1) : name) {
      case "Identity" -> DenseLayer.Function.IDENTITY;
      case "Tanh" -> DenseLayer.Function.TANH;
      case "ReLU" -> DenseLayer.Function.RELU;
      case "Sigmoid" -> DenseLayer.Function.SIGMOID;
      default ->
          throw new ModelLoadException(
              "%s has the activation %s; Ferry has PyTorch's Identity, Tanh, ReLU and Sigmoid: export with --pooled, which puts it into the file"
                  .formatted(config.name(), name));
    };
  }
}
