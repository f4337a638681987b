package io.ferry;

import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.batching.Sample;
import io.ferry.engine.Engine;
import io.ferry.engine.djl.HuggingFaceTokenizers;
import io.ferry.engine.djl.TorchScriptEngine;
import io.ferry.engine.folder.FolderLoader;
import io.ferry.engine.folder.FolderOptions;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The models of tests, and how to run them. */
public final class TestModels {

  /** The folder of model folders. */
  public static final Path FOLDER = Path.of("src", "test", "resources", "models");

  /** Fails on the token 7, otherwise answers with the number of tokens and their sum. */
  public static final Path FAULTY = FOLDER.resolve("faulty");

  private TestModels() {}

  /** Loads a folder with PyTorch on the CPU. */
  public static LoadedModel pytorch(Path folder) throws ModelLoadException {
    return load(new TorchScriptEngine("cpu", 1), folder, 1);
  }

  /** Loads a folder. */
  public static LoadedModel load(Engine engine, Path folder, int lanes) throws ModelLoadException {
    return new FolderLoader(List.of(engine), HuggingFaceTokenizers::open, lanes)
        .load(String.valueOf(folder.getFileName()), "1", folder, FolderOptions.AUTO);
  }

  /** Copies a model, except for the files that are left out. */
  public static void copy(String model, Path to, String... without) throws IOException {
    copy(FOLDER.resolve(model), to, without);
  }

  static void copy(Path from, Path to, String... without) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = from.relativize(file).toString();
        if (Stream.of(without).noneMatch(name::equals)) {
          Path target = to.resolve(name);
          Files.createDirectories(target.getParent());
          Files.copy(file, target);
        }
      }
    }
  }

  /** Runs rows as one batch. */
  public static List<Prediction> run(ModelInstance lane, List<? extends ModelInput> inputs) {
    List<Sample> rows = inputs.stream().map(Sample::new).toList();
    PassResult result = lane.forward(new Batch(rows));
    if (!(result instanceof PassResult.Done)) {
      throw new AssertionError(result);
    }
    return rows.stream().map(row -> row.answer().orElseThrow()).toList();
  }
}
