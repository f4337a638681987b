package io.ferry.engine;

import io.ferry.model.ModelLoadException;
import java.nio.file.Path;
import java.util.Optional;

/** Port: a library that runs model files of one format. Any thread may call it, one at a time. */
public interface Engine {

  /** Its name in settings and logs, such as {@code pytorch}. */
  String name();

  /** The name of the file in a model folder that it runs, such as {@code model.pt}. */
  String file();

  /** The engine and its format as protocols name it, such as {@code pytorch_torchscript}. */
  String platform();

  /**
   * Why this engine runs nothing in this process, in a sentence that says what to do; empty if it
   * can run models.
   */
  default Optional<String> off() {
    return Optional.empty();
  }

  /**
   * Loads a file onto the engine's device.
   *
   * @param file exists, and is what its manifest says
   * @param layout how rows are laid into batches
   * @param lanes how many threads will run it at once, at least 1
   * @throws ModelLoadException if the file is broken, wants inputs that the layout has not, or does
   *     not fit the device
   */
  EngineModel open(Path file, RowLayout layout, int lanes) throws ModelLoadException;
}
