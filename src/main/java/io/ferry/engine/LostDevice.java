package io.ferry.engine;

import java.util.List;
import java.util.Locale;

/**
 * The words by which CUDA's runtime tells that it refuses every call of the process from now on:
 * those of {@code cudaGetErrorString} for the errors of which its documentation says that the
 * process must be ended.
 */
public final class LostDevice {

  private static final List<String> WORDS =
      List.of(
          "device-side assert",
          "illegal memory access",
          "illegal instruction",
          "invalid program counter",
          "unspecified launch failure",
          "launch timed out",
          "uncorrectable ecc error",
          "uncorrectable nvlink error",
          "misaligned address",
          "hardware stack error",
          "global/shared address space",
          "driver shutting down",
          "gpu is lost",
          "initialization error");

  private LostDevice() {}

  /** Whether an error's text, in capitals or not, tells of it. */
  public static boolean isToldBy(String message) {
    String words = message.toLowerCase(Locale.ROOT);
    return WORDS.stream().anyMatch(words::contains);
  }
}
