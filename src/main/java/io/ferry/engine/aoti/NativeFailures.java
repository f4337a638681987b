package io.ferry.engine.aoti;

import io.ferry.batching.PassResult;
import io.ferry.engine.LostDevice;
import java.util.List;
import java.util.Locale;

/**
 * Tells what a failed call means. Libtorch gives nothing but a text, so this looks for the words
 * that its allocators and CUDA's runtime use.
 */
final class NativeFailures {

  private static final List<String> OUT_OF_MEMORY =
      List.of(
          "out of memory",
          "can't allocate memory",
          "alloc_cpu",
          "bad_alloc",
          "cudaerrormemoryallocation",
          "cublas_status_alloc_failed",
          // Of a libtorch before 2.13, which does not say why; there is hardly another reason.
          "aoti_torch_empty_strided");

  private NativeFailures() {}

  static PassResult classify(NativeCallException failure) {
    if (LostDevice.isToldBy(failure.words())) {
      return new PassResult.DeviceLost(failure);
    }
    return outOfMemory(failure)
        ? new PassResult.OutOfMemory(failure)
        : new PassResult.Faulted(failure);
  }

  /** Whether a failure is one of memory that was not there. */
  static boolean outOfMemory(NativeCallException failure) {
    String words = failure.words().toLowerCase(Locale.ROOT);
    return OUT_OF_MEMORY.stream().anyMatch(words::contains);
  }
}
