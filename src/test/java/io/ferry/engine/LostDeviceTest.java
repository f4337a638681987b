package io.ferry.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words are CUDA's own. */
class LostDeviceTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: device-side assert triggered",
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: an illegal instruction was encountered",
        "CUDA error: invalid program counter",
        "CUDA error: unspecified launch failure",
        "CUDA error: the launch timed out and was terminated",
        "CUDA error: uncorrectable ECC error encountered",
        "CUDA failure 220: uncorrectable NVLink error detected during the execution",
        "CUDA error: misaligned address",
        "CUDA error: hardware stack error",
        "CUDA error: operation not supported on global/shared address space",
        "CUDA runtime error 4: driver shutting down",
        "GPU is lost",
        "CUDA error: initialization error",
      })
  void everyCallFailsAfterThese(String message) {
    assertTrue(LostDevice.isToldBy(message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA out of memory. Tried to allocate 20.00 MiB",
        "CUDA error: invalid argument",
        "CUDA error: no kernel image is available for execution on the device",
        "index out of range in self",
        "",
      })
  void theDeviceIsThereAfterThese(String message) {
    assertFalse(LostDevice.isToldBy(message));
  }
}
