package io.ferry.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import io.ferry.batching.PassResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts as ONNX Runtime, its allocators and CUDA write them. */
class PassFailuresTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OutOfMemory | ORT_RUNTIME_EXCEPTION | Non-zero status code returned while running MatMul node. Name:'m' Status Message: bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for requested buffer of size 4294967296
          OutOfMemory | ORT_RUNTIME_EXCEPTION | Non-zero status code returned while running Tile node. Name:'' Status Message: std::bad_alloc
          OutOfMemory | ORT_FAIL              | bad allocation
          OutOfMemory | ORT_EP_FAIL           | CUDA failure 2: out of memory ; GPU=0 ; hostname=a ; file=cuda_allocator.cc ; line=48 ; expr=cudaMalloc((void**)&p, size);
          OutOfMemory | ORT_FAIL              | CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0
          OutOfMemory | ORT_FAIL              | CUDNN failure 4: CUDNN_STATUS_ALLOC_FAILED ; GPU=0
          DeviceLost  | ORT_FAIL              | CUDA failure 700: an illegal memory access was encountered ; GPU=0
          DeviceLost  | ORT_FAIL              | CUDA failure 710: device-side assert triggered ; GPU=0
          DeviceLost  | ORT_FAIL              | CUDA failure 714: hardware stack error ; GPU=0
          DeviceLost  | ORT_FAIL              | CUDA failure 715: an illegal instruction was encountered ; GPU=0
          DeviceLost  | ORT_FAIL              | CUDA failure 716: misaligned address ; GPU=0
          DeviceLost  | ORT_FAIL              | CUDA failure 718: invalid program counter ; GPU=0
          DeviceLost  | ORT_FAIL              | CUDA failure 719: unspecified launch failure ; GPU=0
          DeviceLost  | ORT_FAIL              | CUDA failure 214: uncorrectable ECC error encountered ; GPU=0
          DeviceLost  | ORT_FAIL              | CUDA failure 3: initialization error ; GPU=0
          DeviceLost  | ORT_FAIL              | CUDA failure 4: driver shutting down ; GPU=0
          DeviceLost  | ORT_DEVICE_RESET      | the device was reset
          Faulted     | ORT_INVALID_ARGUMENT  | Non-zero status code returned while running Gather node. Name:'' Status Message: indices element out of data bounds, idx=7 must be within the inclusive range [-7,6]
          Faulted     | ORT_INVALID_ARGUMENT  | Got invalid dimensions for input: x for the following indices index: 1 Got: 4 Expected: 3
          Faulted     | ORT_FAIL              | ''
          """)
  void tellsWhatAFailureMeans(String result, OrtErrorCode code, String message) {
    OrtException failure = new OrtException(code, message);
    PassResult classified = PassFailures.classify(failure);
    assertEquals(result, classified.getClass().getSimpleName());
    assertEquals(failure, causeOf(classified));
  }

  @Test
  void anUnknownCodeIsAFault() {
    OrtException failure = new OrtException("something");
    assertEquals(new PassResult.Faulted(failure), PassFailures.classify(failure));
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
