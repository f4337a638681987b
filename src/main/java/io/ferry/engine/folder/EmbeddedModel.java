package io.ferry.engine.folder;

import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The model inside the application. Engines read files, so its files are laid into a temporary
 * folder for as long as loading takes.
 */
public final class EmbeddedModel implements AutoCloseable {

  /** The name it is served under. */
  public static final String NAME = "language-id";

  private static final List<String> FILES = List.of("config.json", "tokenizer.json", "model.pt");

  private static final Logger LOG = Logger.getLogger(EmbeddedModel.class);

  private final Path path;

  private EmbeddedModel(Path path) {
    this.path = path;
  }

  /**
   * Lays the files out.
   *
   * @throws ModelLoadException if there is no space or no right to write to the temporary folder
   */
  public static EmbeddedModel unpack() throws ModelLoadException {
    try {
      EmbeddedModel unpacked = new EmbeddedModel(Files.createTempDirectory("ferry-"));
      try {
        for (String file : FILES) {
          copy(file, unpacked.path);
        }
        return unpacked;
      } catch (IOException incomplete) {
        unpacked.close();
        throw incomplete;
      }
    } catch (IOException failed) {
      LOG.errorf("The embedded model is unpacked to %s", System.getProperty("java.io.tmpdir"));
      throw new ModelLoadException(
          "the embedded model cannot be unpacked; the folder for temporary files (java.io.tmpdir, the log has it) must be writable and have 10 MB left",
          failed);
    }
  }

  private static void copy(String file, Path target) throws IOException {
    String resource = "/models/" + NAME + "/" + file;
    try (InputStream in = EmbeddedModel.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the application lacks " + resource);
      }
      Files.copy(in, target.resolve(file));
    }
  }

  /** Where the files are. */
  public Path folder() {
    return path;
  }

  /** Removes the files; what cannot be removed stays behind, with a line in the log. */
  @Override
  public void close() {
    try {
      for (String file : FILES) {
        Files.deleteIfExists(path.resolve(file));
      }
      Files.deleteIfExists(path);
    } catch (IOException leftBehind) {
      LOG.warnf(leftBehind, "The unpacked model stays in %s", path);
    }
  }
}
