package io.ferry.engine.folder;

import io.ferry.model.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder with one model.
 *
 * @param path the folder; its name is not looked at
 */
public record ModelFolder(Path path) {

  /** The Hugging Face configuration. */
  public Path config() throws ModelLoadException {
    return existing("config.json");
  }

  /** The tokenizer, in the format of the Hugging Face tokenizers library. */
  public Path tokenizer() throws ModelLoadException {
    return existing("tokenizer.json");
  }

  /** The model as TorchScript. */
  public Path torchScript() throws ModelLoadException {
    return existing("model.pt");
  }

  private Path existing(String file) throws ModelLoadException {
    Path found = path.resolve(file);
    if (!Files.isRegularFile(found)) {
      throw new ModelLoadException("the model folder has no " + file);
    }
    return found;
  }
}
