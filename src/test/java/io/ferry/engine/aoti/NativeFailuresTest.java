package io.ferry.engine.aoti;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ferry.batching.PassResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeFailuresTest {

  /** The words are PyTorch's and CUDA's own. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of | OutOfMemory
          DefaultCPUAllocator: can't allocate memory: you tried to allocate 4398046511104 bytes | OutOfMemory
          CUDA runtime error 2: out of memory | OutOfMemory
          aoti_torch_empty_strided(3, int_array_0) API call failed at a.cpp, line 818 | OutOfMemory
          aoti_torch_empty_strided(3) API call failed: CUDA error: device-side assert triggered | DeviceLost
          CUDA error: device-side assert triggered | DeviceLost
          CUDA error: an illegal memory access was encountered | DeviceLost
          CUDA runtime error 719: unspecified launch failure | DeviceLost
          CUDA error: uncorrectable ECC error encountered | DeviceLost
          index out of bounds: 0 <= tmp4 < 10L | Faulted
          Error in dlopen | Faulted
          """)
  void tellsMemoryAndLostDevicesFromFaults(String words, String kind) {
    PassResult result = NativeFailures.classify(new NativeCallException("run", words));
    assertEquals(kind, result.getClass().getSimpleName());
  }
}
