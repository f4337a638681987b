package io.ferry.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import io.ferry.batching.PassResult;
import io.ferry.engine.LostDevice;
import java.util.List;
import java.util.Locale;

/**
 * Tells what a failed pass means. The library's codes name its own layers, not causes, so this
 * looks for the words that its allocators and CUDA's runtime use.
 */
final class PassFailures {

  private static final List<String> OUT_OF_MEMORY =
      List.of(
          "failed to allocate memory",
          "bfcarena",
          "bad_alloc",
          "bad allocation",
          "out of memory",
          "status_alloc_failed");

  private PassFailures() {}

  static PassResult classify(OrtException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (failure.getCode() == OrtErrorCode.ORT_DEVICE_RESET || LostDevice.isToldBy(message)) {
      return new PassResult.DeviceLost(failure);
    }
    return outOfMemory(message)
        ? new PassResult.OutOfMemory(failure)
        : new PassResult.Faulted(failure);
  }

  /** Whether an error's text tells of memory that was not there, whichever the device. */
  static boolean outOfMemory(String message) {
    return says(message.toLowerCase(Locale.ROOT), OUT_OF_MEMORY);
  }

  private static boolean says(String message, List<String> words) {
    return words.stream().anyMatch(message::contains);
  }
}
