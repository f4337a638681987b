package io.ferry.engine.aoti;

import io.ferry.model.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * PyTorch's native library in this process. It is never unloaded: its threads and what its threads
 * keep outlive every model.
 *
 * @param shim its functions
 * @param version what it is
 * @param kinds its numbers of the kinds of elements
 * @param folder where it is
 */
record Libtorch(TorchShim shim, TorchVersion version, TorchKinds kinds, Path folder) {

  static final String MAIN = "libtorch_cpu.so";

  /** In an order in which each finds what it needs; those that a build has not are passed over. */
  private static final List<String> BEFORE = List.of("libgomp.so.1", "libc10.so");

  private static final List<String> AFTER =
      List.of("libc10_cuda.so", "libtorch_cuda.so", "libtorch.so");

  /**
   * Loads it, if it is not loaded.
   *
   * @param folder with {@code libtorch_cpu.so}
   * @throws ModelLoadException if it cannot be loaded, or is too old
   */
  static Libtorch load(Path folder) throws ModelLoadException {
    try {
      openAll(folder, BEFORE);
      TorchShim shim = new TorchShim(NativeLibrary.open(folder.resolve(MAIN)));
      openAll(folder, AFTER);
      return new Libtorch(
          shim, TorchVersion.ofAbi(shim.abiVersion()), TorchKinds.ask(shim), folder);
    } catch (NativeCallException refused) {
      throw new ModelLoadException(
          "the libtorch for model.pt2 cannot be loaded: it must be PyTorch 2.9 or newer, built for"
              + " this machine, with all its libraries beside it; the log has the loader's words",
          refused);
    }
  }

  private static void openAll(Path folder, List<String> names) throws NativeCallException {
    for (String name : names) {
      if (Files.exists(folder.resolve(name))) {
        NativeLibrary.open(folder.resolve(name));
      }
    }
  }
}
