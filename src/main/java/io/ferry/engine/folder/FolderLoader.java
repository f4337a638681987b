package io.ferry.engine.folder;

import io.ferry.batching.ModelInstance;
import io.ferry.engine.Engine;
import io.ferry.engine.EngineModel;
import io.ferry.engine.Tokenizer;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Loads a model folder: reads what its files say, opens its tokenizer, and an engine on its file.
 */
public final class FolderLoader {

  private static final Logger LOG = Logger.getLogger(FolderLoader.class);

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
    Content content = content(folder, manifest, engine.file(), options);
    EngineModel opened = engine.open(folder.resolve(engine.file()), content.layout(), lanes);
    try {
      ModelSpec spec =
          new ModelSpec(
              name,
              version,
              engine.platform(),
              manifest.precision(engine.file()),
              content.task(),
              content.maxTokens(),
              content.signature(opened.signature()));
      return new LoadedModel(
          spec, content.encoder(opened.signature()), opened.lanes(), content.example());
    } catch (ModelLoadException | RuntimeException | Error failed) {
      ModelInstance.closeAll(opened.lanes());
      throw failed;
    }
  }

  private Content content(Path folder, Manifest manifest, String file, FolderOptions options)
      throws ModelLoadException {
    Optional<SignatureFile> signature = SignatureFile.read(folder);
    Path tokenizer = folder.resolve(TokenizerFile.FILE);
    boolean tensors =
        options.task().isPresent()
            ? options.task().get().equals("tensors")
            : signature.isPresent() && !Files.exists(tokenizer);
    if (!tensors) {
      return new Content.OfTexts(
          TextModel.read(folder, manifest, file, options), tokenizers, tokenizer);
    }
    return new Content.OfTensors(
        signature.orElseThrow(
            () ->
                new ModelLoadException(
                    "the model folder has no signature.json, which describes the inputs of a model without a tokenizer")));
  }

  /** The preferred engine that has a file in the folder, or the one that is set. */
  private Engine engine(String name, Path folder, FolderOptions options) throws ModelLoadException {
    List<Engine> able =
        engines.stream().filter(it -> Files.isRegularFile(folder.resolve(it.file()))).toList();
    if (options.engine().isPresent()) {
      String set = options.engine().get();
      return ready(
          able.stream()
              .filter(it -> it.name().equals(set))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ModelLoadException(
                          "ferry.engine is %s, but the model folder has no file for it, or this device does not have it"
                              .formatted(set))));
    }
    if (able.isEmpty()) {
      throw new ModelLoadException(
          "the model folder has no %s; src/main/python/export_model.py makes them"
              .formatted(String.join(" or ", engines.stream().map(Engine::file).toList())));
    }
    List<Engine> ready = able.stream().filter(it -> it.off().isEmpty()).toList();
    if (ready.isEmpty()) {
      return ready(able.getFirst());
    }
    if (ready.size() > 1) {
      LOG.infof(
          "Model %s: %s runs, which is preferred of %s on this device; ferry.engine chooses another",
          name, ready.getFirst().name(), ready.stream().map(Engine::file).toList());
    }
    return ready.getFirst();
  }

  private static Engine ready(Engine engine) throws ModelLoadException {
    Optional<String> off = engine.off();
    if (off.isPresent()) {
      throw new ModelLoadException(off.get());
    }
    return engine;
  }
}
