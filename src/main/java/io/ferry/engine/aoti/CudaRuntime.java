package io.ferry.engine.aoti;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * CUDA's runtime, the one that libtorch loaded. From {@code cuda_runtime_api.h} of CUDA 12 and 13;
 * {@code cudaError_t} is an enumeration, 0 if all went well, {@code cudaStream_t} a pointer.
 *
 * <pre>
 * cudaError_t cudaSetDevice(int device);
 * cudaError_t cudaStreamCreateWithFlags(cudaStream_t* pStream, unsigned int flags);
 * cudaError_t cudaStreamDestroy(cudaStream_t stream);
 * cudaError_t cudaStreamSynchronize(cudaStream_t stream);
 * cudaError_t cudaMalloc(void** devPtr, size_t size);
 * cudaError_t cudaFree(void* devPtr);
 * cudaError_t cudaHostAlloc(void** pHost, size_t size, unsigned int flags);
 * cudaError_t cudaFreeHost(void* ptr);
 * cudaError_t cudaMemcpyAsync(
 *     void* dst, const void* src, size_t count, cudaMemcpyKind kind, cudaStream_t stream);
 * cudaError_t cudaGetLastError(void);
 * const char* cudaGetErrorString(cudaError_t error);
 * </pre>
 */
final class CudaRuntime implements DeviceCalls {

  private static final List<String> NAMES =
      List.of("libcudart.so.13", "libcudart.so.12", "libcudart.so");
  private static final int STREAM_NON_BLOCKING = 1;
  private static final int HOST_ALLOC_DEFAULT = 0;
  private static final int HOST_TO_DEVICE = 1;
  private static final int DEVICE_TO_HOST = 2;

  private final MethodHandle setDevice;
  private final MethodHandle streamCreate;
  private final MethodHandle streamDestroy;
  private final MethodHandle streamSynchronize;
  private final MethodHandle malloc;
  private final MethodHandle free;
  private final MethodHandle hostAlloc;
  private final MethodHandle freeHost;
  private final MethodHandle copy;
  private final MethodHandle lastError;
  private final MethodHandle errorString;

  /**
   * Binds the functions.
   *
   * @throws NativeCallException if there is no CUDA runtime
   */
  CudaRuntime() throws NativeCallException {
    NativeLibrary library = NativeLibrary.openFirst(NAMES);
    setDevice = library.function("cudaSetDevice", JAVA_INT, JAVA_INT);
    streamCreate = library.function("cudaStreamCreateWithFlags", JAVA_INT, ADDRESS, JAVA_INT);
    streamDestroy = library.function("cudaStreamDestroy", JAVA_INT, ADDRESS);
    streamSynchronize = library.function("cudaStreamSynchronize", JAVA_INT, ADDRESS);
    malloc = library.function("cudaMalloc", JAVA_INT, ADDRESS, JAVA_LONG);
    free = library.function("cudaFree", JAVA_INT, ADDRESS);
    hostAlloc = library.function("cudaHostAlloc", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    freeHost = library.function("cudaFreeHost", JAVA_INT, ADDRESS);
    copy =
        library.function(
            "cudaMemcpyAsync", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS);
    lastError = library.function("cudaGetLastError", JAVA_INT);
    errorString =
        library
            .find("cudaGetErrorString", FunctionDescriptor.of(ADDRESS, JAVA_INT))
            .orElseThrow(() -> new NativeCallException("dlsym", "no cudaGetErrorString"));
  }

  private void check(String call, int status) throws Throwable {
    if (status != 0) {
      // Forgets it: libtorch would take it for a failure of the next kernel that it starts. What
      // breaks the context is told again by every call.
      int _ = (int) lastError.invokeExact();
      throw new NativeCallException(
          call,
          "CUDA runtime error %d: %s"
              .formatted(status, Calls.text((MemorySegment) errorString.invokeExact(status))));
    }
  }

  @Override
  public void enter(int device) throws NativeCallException {
    try {
      check("cudaSetDevice", (int) setDevice.invokeExact(device));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  @Override
  public MemorySegment createStream() throws NativeCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment made = call.allocate(ADDRESS);
      check("cudaStreamCreateWithFlags", (int) streamCreate.invokeExact(made, STREAM_NON_BLOCKING));
      return made.get(ADDRESS, 0);
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  @Override
  public void destroyStream(MemorySegment stream) throws NativeCallException {
    try {
      check("cudaStreamDestroy", (int) streamDestroy.invokeExact(stream));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  @Override
  public void synchronize(MemorySegment stream) throws NativeCallException {
    try {
      check("cudaStreamSynchronize", (int) streamSynchronize.invokeExact(stream));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  @Override
  public long allocate(long bytes) throws NativeCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment made = call.allocate(ADDRESS);
      check("cudaMalloc", (int) malloc.invokeExact(made, bytes));
      return made.get(ADDRESS, 0).address();
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  @Override
  public void free(long address) throws NativeCallException {
    try {
      check("cudaFree", (int) free.invokeExact(MemorySegment.ofAddress(address)));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  @SuppressWarnings("restricted")
  @Override
  public MemorySegment allocatePinned(long bytes) throws NativeCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment made = call.allocate(ADDRESS);
      check("cudaHostAlloc", (int) hostAlloc.invokeExact(made, bytes, HOST_ALLOC_DEFAULT));
      return made.get(ADDRESS, 0).reinterpret(bytes);
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  @Override
  public void freePinned(MemorySegment memory) throws NativeCallException {
    try {
      check("cudaFreeHost", (int) freeHost.invokeExact(memory));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  @Override
  public void copyIn(long to, MemorySegment from, MemorySegment stream) throws NativeCallException {
    copy(MemorySegment.ofAddress(to), from, from.byteSize(), HOST_TO_DEVICE, stream);
  }

  @Override
  public void copyOut(MemorySegment to, long from, MemorySegment stream)
      throws NativeCallException {
    copy(to, MemorySegment.ofAddress(from), to.byteSize(), DEVICE_TO_HOST, stream);
  }

  private void copy(
      MemorySegment to, MemorySegment from, long bytes, int direction, MemorySegment stream)
      throws NativeCallException {
    try {
      check("cudaMemcpyAsync", (int) copy.invokeExact(to, from, bytes, direction, stream));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }
}
