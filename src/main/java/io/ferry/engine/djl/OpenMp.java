package io.ferry.engine.djl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * OpenMP, whose threads PyTorch computes with on a CPU. Left alone they spin while they wait for
 * each other and for the next pass, and take the cores of the threads that read requests and
 * tokenize.
 *
 * <p>The library reads its settings from the process's environment when it is loaded. Java cannot
 * change that; the C library's {@code setenv} can (POSIX.1-2017).
 */
final class OpenMp {

  private static final String WAIT_POLICY = "OMP_WAIT_POLICY";

  private OpenMp() {}

  /**
   * Makes threads that wait sleep, unless the operator has chosen otherwise. To be called before
   * PyTorch is loaded. Does nothing where there is no {@code setenv}, as on Windows.
   */
  @SuppressWarnings("restricted")
  static void sleepWhileWaiting() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
    if (setenv.isEmpty() || System.getenv(WAIT_POLICY) != null) {
      return;
    }
    MethodHandle call =
        linker.downcallHandle(
            setenv.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int failed =
          (int) call.invokeExact(arena.allocateFrom(WAIT_POLICY), arena.allocateFrom("PASSIVE"), 0);
      if (failed != 0) {
        throw new IllegalStateException("the environment takes no more");
      }
    } catch (RuntimeException | Error bug) {
      throw bug;
    } catch (Throwable checked) {
      throw new IllegalStateException(checked);
    }
  }
}
