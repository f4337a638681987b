package io.ferry.engine.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.EngineException;
import io.ferry.batching.PassResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts as PyTorch and CUDA write them. */
class EngineFailuresTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OutOfMemory | [enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 40000000000 bytes.
          OutOfMemory | DefaultCPUAllocator: not enough memory: you tried to allocate 1 bytes. (alloc_cpu.cpp:80)
          OutOfMemory | std::bad_alloc
          DeviceLost  | CUDA error: device-side assert triggered
          DeviceLost  | CUDA error: an illegal memory access was encountered
          DeviceLost  | CUDA error: unspecified launch failure
          DeviceLost  | CUDA error: uncorrectable ECC error encountered
          DeviceLost  | CUDA error: misaligned address
          DeviceLost  | CUDA error: initialization error
          Faulted     | The following operation failed in the TorchScript interpreter. index out of range in self
          Faulted     | Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int
          Faulted     | ''
          """)
  void tellsWhatAFailureMeansByItsText(String result, String message) {
    EngineException failure = new EngineException(message);
    PassResult classified = EngineFailures.classify(failure);
    assertEquals(result, classified.getClass().getSimpleName());
    assertEquals(failure, causeOf(classified));
  }

  @Test
  void aFailureWithoutATextIsAFault() {
    EngineException failure = new EngineException((String) null);
    assertEquals(new PassResult.Faulted(failure), EngineFailures.classify(failure));
  }

  private static Throwable causeOf(PassResult result) {
    return switch (result) {
      case PassResult.Done() -> throw new AssertionError("a failure is never done");
      case PassResult.Faulted(Throwable cause) -> cause;
      case PassResult.OutOfMemory(Throwable cause) -> cause;
      case PassResult.DeviceLost(Throwable cause) -> cause;
    };
  }
}
