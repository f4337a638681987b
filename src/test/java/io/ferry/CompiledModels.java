package io.ferry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The golden models as {@code model.pt2}, compiled for this machine, and the libtorch that runs
 * them. The first who asks makes them, which takes minutes; they are made again when they are gone
 * from {@code target}.
 *
 * @param folder of model folders
 * @param libtorch the folder of PyTorch's libraries
 */
public record CompiledModels(Path folder, Path libtorch) {

  private static final Path FOLDER = Path.of("target", "aoti-models");
  private static final int NOT_INSTALLED = 3;
  private static final int MOST_MINUTES = 30;

  /** The models; a test that asks is skipped where Python's torch does not install. */
  public static CompiledModels here() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("python3", "src/test/python/aoti_setup.py", FOLDER.toString())
            .redirectErrorStream(true)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("the golden models are not compiled: " + told);
    }
    List<String> lines = told.lines().toList();
    assumeTrue(process.exitValue() != NOT_INSTALLED, lines::getLast);
    assertEquals(0, process.exitValue(), told);
    return new CompiledModels(FOLDER, Path.of(lines.getLast()));
  }

  /** Copies a model into a folder of models. */
  public void copy(String model, Path to) throws IOException {
    TestModels.copy(folder.resolve(model), to.resolve(model));
  }
}
