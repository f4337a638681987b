package io.ferry.engine.aoti;

import io.ferry.engine.OnePyTorch;
import io.ferry.model.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The libtorch that runs {@code model.pt2}: where it is, and, once a model needed it, loaded for
 * all devices. Any thread may call it.
 */
public final class SharedLibtorch {

  static final String ENGINE = "aotinductor";

  private static final Logger LOG = Logger.getLogger(SharedLibtorch.class);

  private final Optional<Path> folder;
  private final OnePyTorch process;
  private Optional<Libtorch> loaded = Optional.empty();

  /**
   * A libtorch that is not loaded.
   *
   * @param folder with {@code libtorch_cpu.so}, if there is one
   * @param process what else may have loaded a PyTorch
   */
  public SharedLibtorch(Optional<Path> folder, OnePyTorch process) {
    this.folder = folder;
    this.process = process;
  }

  /**
   * The folder with a libtorch for {@code model.pt2}.
   *
   * @param set by the operator; counts more
   * @param environment of the process: {@code PYTORCH_LIBRARY_PATH}, unless {@code PYTORCH_FLAVOR}
   *     says that it is the one for {@code model.pt}
   * @return a folder that has it
   */
  public static Optional<Path> find(Optional<Path> set, Map<String, String> environment) {
    return set.or(
            () ->
                Optional.ofNullable(environment.get("PYTORCH_LIBRARY_PATH"))
                    .filter(it -> !it.isBlank() && !environment.containsKey("PYTORCH_FLAVOR"))
                    .map(Path::of))
        .filter(SharedLibtorch::isLibtorch);
  }

  /** Whether a folder has what is needed first. */
  public static boolean isLibtorch(Path folder) {
    return Files.isRegularFile(folder.resolve(Libtorch.MAIN));
  }

  /** Why no model.pt2 can run here; empty if one can. */
  Optional<String> off() {
    if (!NativeLibrary.runsHere()) {
      return Optional.of("model.pt2 runs on Linux alone; export model.onnx for this machine");
    }
    if (folder.isEmpty()) {
      return Optional.of(
          "model.pt2 needs a libtorch, and none is set: set ferry.aotinductor.libtorch to the folder"
              + " that has libtorch_cpu.so, such as site-packages/torch/lib of Python's PyTorch");
    }
    return process.takenFrom(ENGINE) ? Optional.of(OTHER) : Optional.empty();
  }

  private static final String OTHER =
      "a model.pt is served here, and the PyTorch that runs it cannot share the process with the one"
          + " for model.pt2; serve one of them from another Ferry, or export model.onnx for it";

  /**
   * The library, loaded by the first who asks.
   *
   * @throws ModelLoadException if it cannot be
   */
  synchronized Libtorch get() throws ModelLoadException {
    if (loaded.isPresent()) {
      return loaded.get();
    }
    Optional<String> off = off();
    if (off.isPresent() || folder.isEmpty()) {
      throw new ModelLoadException(off.orElse(""));
    }
    if (!process.take(ENGINE)) {
      throw new ModelLoadException(OTHER);
    }
    Libtorch libtorch = Libtorch.load(folder.get());
    LOG.infof("PyTorch %s runs model.pt2, from %s", libtorch.version(), folder.get());
    loaded = Optional.of(libtorch);
    return libtorch;
  }
}
