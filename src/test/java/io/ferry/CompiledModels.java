package io.ferry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The golden models as {@code model.pt2}, compiled for this machine, and the libtorch that runs
 * them. The first who asks makes them, which takes minutes; they are made again when they are gone
 * from {@code target}.
 *
 * <p>They run on the CPU, or on the device that the system property {@code ferry.test.device}
 * names, such as {@code gpu:0}; {@code ferry.test.python} names a Python that has what {@code
 * requirements-export.txt} lists, where none is to be installed.
 *
 * @param folder of model folders
 * @param libtorch the folder of PyTorch's libraries
 */
public record CompiledModels(Path folder, Path libtorch) {

  private static final String DEVICE = System.getProperty("ferry.test.device", "cpu");
  private static final String KIND = onGpu() ? "cuda" : "cpu";
  private static final Path FOLDER = Path.of("target", "aoti-models-" + KIND);
  private static final int NOT_INSTALLED = 3;
  private static final int MOST_MINUTES = 30;

  /** As Ferry calls the device that they run on. */
  public static String device() {
    return DEVICE;
  }

  /** Whether they run on a GPU. */
  public static boolean onGpu() {
    return !DEVICE.equals("cpu");
  }

  /**
   * The models; a test that asks is skipped where Python's torch does not install.
   *
   * @param names of those that are needed; without, all are
   */
  public static CompiledModels here(String... names) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("python3", "src/test/python/aoti_setup.py", FOLDER.toString(), KIND));
    Optional.ofNullable(System.getProperty("ferry.test.python"))
        .ifPresent(python -> command.addAll(List.of("--python", python)));
    command.addAll(List.of(names));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
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
