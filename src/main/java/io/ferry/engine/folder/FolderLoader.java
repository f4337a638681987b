package io.ferry.engine.folder;

import io.ferry.engine.Engine;
import io.ferry.engine.EngineModel;
import io.ferry.engine.RowLayout;
import io.ferry.engine.Tokenizer;
import io.ferry.inference.Datatype;
import io.ferry.inference.Input;
import io.ferry.inference.Tensor;
import io.ferry.model.Encoder;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelSpec;
import io.ferry.model.Rerank;
import io.ferry.model.Signature;
import io.ferry.model.Task;
import io.ferry.model.TensorSpec;
import io.ferry.model.Tensors;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Loads a model folder: reads what its files say, opens its tokenizer, and an engine on its file.
 */
public final class FolderLoader {

  private static final Logger LOG = Logger.getLogger(FolderLoader.class);
  private static final String EXAMPLE = "Ferry carries many small loads across in one trip.";

  private final List<Engine> engines;
  private final Tokenizer.Factory tokenizers;
  private final int lanes;

  /**
   * A loader.
   *
   * @param engines the preferred one first
   * @param tokenizers opens tokenizers
   * @param lanes how many threads will run a model at once
   */
  public FolderLoader(List<Engine> engines, Tokenizer.Factory tokenizers, int lanes) {
    this.engines = List.copyOf(engines);
    this.tokenizers = tokenizers;
    this.lanes = lanes;
  }

  /**
   * Loads a folder.
   *
   * @param name the name to serve it under
   * @param version of several versions the one this is
   * @throws ModelLoadException if a file is missing or broken, or they do not fit together
   */
  public LoadedModel load(String name, String version, Path folder, FolderOptions options)
      throws ModelLoadException {
    Engine engine = engine(name, folder, options);
    Manifest manifest = Manifest.read(folder);
    manifest.verify(folder, engine.file());
    Optional<Signature> signature = SignatureFile.read(folder);
    boolean tensors =
        options.task().isPresent()
            ? options.task().get().equals("tensors")
            : signature.isPresent() && !Files.exists(folder.resolve(TokenizerFile.FILE));
    Content content =
        tensors
            ? ofTensors(
                signature.orElseThrow(
                    () ->
                        new ModelLoadException(
                            "the model folder has no signature.json, which describes the inputs of a model without a tokenizer")))
            : ofTexts(TextModel.read(folder, manifest, options), folder);
    try {
      EngineModel opened = engine.open(folder.resolve(engine.file()), content.layout(), lanes);
      ModelSpec spec =
          new ModelSpec(
              name,
              version,
              engine.platform(),
              manifest.precision(engine.file()),
              content.task(),
              content.maxTokens(),
              signature
                  .filter(it -> tensors)
                  .map(it -> told(it, opened.signature()))
                  .orElse(opened.signature()));
      return new LoadedModel(spec, content.encoder(), opened.lanes(), content.example());
    } catch (ModelLoadException | RuntimeException | Error failed) {
      content.encoder().close();
      throw failed;
    }
  }

  /** A signature.json need not name the outputs; the model's file may. */
  private static Signature told(Signature file, Signature model) {
    return file.outputs().isEmpty() ? new Signature(file.inputs(), model.outputs()) : file;
  }

  /** What surrounds the engine. */
  private record Content(
      Task task, RowLayout layout, Encoder encoder, int maxTokens, Input example) {}

  private Content ofTexts(TextModel model, Path folder) throws ModelLoadException {
    Tokenizer tokenizer = tokenizers.open(folder.resolve(TokenizerFile.FILE));
    return new Content(
        model.task(),
        model.layout(),
        new TextEncoder(tokenizer, model),
        model.maxTokens(),
        model.task() instanceof Rerank
            ? new Input.Pair(EXAMPLE, EXAMPLE)
            : new Input.Text(EXAMPLE));
  }

  private static Content ofTensors(Signature signature) {
    List<Input.Named> zeros = new ArrayList<>();
    for (TensorSpec input : signature.inputs()) {
      zeros.add(new Input.Named(input.name(), zeros(input)));
    }
    return new Content(
        new Tensors(),
        new RowLayout.Tensors(signature.inputs()),
        new TensorEncoder(signature.inputs()),
        1,
        new Input.Tensors(zeros));
  }

  private static Tensor zeros(TensorSpec input) {
    Datatype datatype = input.datatype();
    int[] shape = input.rowShape().stream().mapToInt(axis -> axis == -1 ? 1 : axis).toArray();
    int elements = 1;
    for (int axis : shape) {
      elements = Math.multiplyExact(elements, axis);
    }
    return new Tensor(
        datatype, shape, ByteBuffer.allocate(Math.multiplyExact(elements, datatype.bytes())));
  }

  /** The preferred engine that has a file in the folder, or the one that is set. */
  private Engine engine(String name, Path folder, FolderOptions options) throws ModelLoadException {
    List<Engine> able =
        engines.stream().filter(it -> Files.isRegularFile(folder.resolve(it.file()))).toList();
    if (options.engine().isPresent()) {
      String set = options.engine().get();
      return able.stream()
          .filter(it -> it.name().equals(set))
          .findFirst()
          .orElseThrow(
              () ->
                  new ModelLoadException(
                      "ferry.engine is %s, but the model folder has no file for it, or this device does not have it"
                          .formatted(set)));
    }
    if (able.isEmpty()) {
      throw new ModelLoadException(
          "the model folder has no %s; src/main/python/export_model.py makes them"
              .formatted(String.join(" or ", engines.stream().map(Engine::file).toList())));
    }
    if (able.size() > 1) {
      LOG.infof(
          "Model %s: %s runs, which is the faster of %s on this device; ferry.engine chooses another",
          name, able.getFirst().name(), able.stream().map(Engine::file).toList());
    }
    return able.getFirst();
  }
}
