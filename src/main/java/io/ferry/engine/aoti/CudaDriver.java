package io.ferry.engine.aoti;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * CUDA's driver, which knows the GPUs of this process before any PyTorch is loaded. From {@code
 * cuda.h}; {@code CUresult} is an enumeration, 0 if all went well, {@code CUdevice} an int.
 *
 * <pre>
 * CUresult cuInit(unsigned int Flags);
 * CUresult cuDeviceGetCount(int* count);
 * CUresult cuDeviceGet(CUdevice* device, int ordinal);
 * CUresult cuDeviceGetPCIBusId(char* pciBusId, int len, CUdevice dev);
 * </pre>
 */
final class CudaDriver {

  private static final String NAME = "libcuda.so.1";
  private static final int MOST_ID = 64;

  private final MethodHandle count;
  private final MethodHandle device;
  private final MethodHandle busId;

  /**
   * Starts it.
   *
   * @throws NativeCallException if there is no driver, or no GPU that it can use
   */
  CudaDriver() throws NativeCallException {
    NativeLibrary library = NativeLibrary.open(NAME);
    MethodHandle init = library.function("cuInit", JAVA_INT, JAVA_INT);
    count = library.function("cuDeviceGetCount", JAVA_INT, ADDRESS);
    device = library.function("cuDeviceGet", JAVA_INT, ADDRESS, JAVA_INT);
    busId = library.function("cuDeviceGetPCIBusId", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    try {
      check("cuInit", (int) init.invokeExact(0));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  /** How many GPUs this process may use. */
  int devices() throws NativeCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment answer = call.allocate(JAVA_INT);
      check("cuDeviceGetCount", (int) count.invokeExact(answer));
      return answer.get(JAVA_INT, 0);
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  /** Where a GPU is plugged in, which is its name for all other libraries. */
  String busId(int ordinal) throws NativeCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment found = call.allocate(JAVA_INT);
      check("cuDeviceGet", (int) device.invokeExact(found, ordinal));
      MemorySegment text = call.allocate(MOST_ID);
      check("cuDeviceGetPCIBusId", (int) busId.invokeExact(text, MOST_ID, found.get(JAVA_INT, 0)));
      return text.getString(0);
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  private static void check(String call, int status) throws NativeCallException {
    if (status != 0) {
      throw new NativeCallException(call, "CUDA driver error " + status);
    }
  }
}
