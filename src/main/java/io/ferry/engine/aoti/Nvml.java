package io.ferry.engine.aoti;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * NVIDIA's management library, which comes with the driver. From {@code nvml.h}; {@code
 * nvmlReturn_t} is an enumeration, 0 if all went well, {@code nvmlDevice_t} a pointer.
 *
 * <pre>
 * nvmlReturn_t nvmlInit_v2(void);
 * nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char* pciBusId, nvmlDevice_t* device);
 * nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t* memory);
 *              // struct { unsigned long long total, free, used; }
 * nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t*);
 *              // struct { unsigned int gpu, memory; }: per cent of the last period
 * </pre>
 */
final class Nvml {

  private static final String NAME = "libnvidia-ml.so.1";

  private final MethodHandle handle;
  private final MethodHandle memory;
  private final MethodHandle utilization;

  /**
   * Starts it; it is never ended, because the driver ends it with the process.
   *
   * @throws NativeCallException if there is none
   */
  Nvml() throws NativeCallException {
    NativeLibrary library = NativeLibrary.open(NAME);
    MethodHandle init = library.function("nvmlInit_v2", JAVA_INT);
    handle = library.function("nvmlDeviceGetHandleByPciBusId_v2", JAVA_INT, ADDRESS, ADDRESS);
    memory = library.function("nvmlDeviceGetMemoryInfo", JAVA_INT, ADDRESS, ADDRESS);
    utilization = library.function("nvmlDeviceGetUtilizationRates", JAVA_INT, ADDRESS, ADDRESS);
    try {
      check("nvmlInit_v2", (int) init.invokeExact());
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  /** The handle of a GPU that is plugged in there; valid while the process lives. */
  MemorySegment device(String busId) throws NativeCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment answer = call.allocate(ADDRESS);
      check(
          "nvmlDeviceGetHandleByPciBusId_v2",
          (int) handle.invokeExact(call.allocateFrom(busId), answer));
      return answer.get(ADDRESS, 0);
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  /** The memory of a GPU. */
  Memory memory(MemorySegment device) throws NativeCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment answer = call.allocate(JAVA_LONG, 3);
      check("nvmlDeviceGetMemoryInfo", (int) memory.invokeExact(device, answer));
      return new Memory(answer.getAtIndex(JAVA_LONG, 0), answer.getAtIndex(JAVA_LONG, 2));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  /** The share of the last period in which a kernel ran, in per cent. */
  int utilization(MemorySegment device) throws NativeCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment answer = call.allocate(JAVA_INT, 2);
      check("nvmlDeviceGetUtilizationRates", (int) utilization.invokeExact(device, answer));
      return answer.getAtIndex(JAVA_INT, 0);
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  private static void check(String call, int status) throws NativeCallException {
    if (status != 0) {
      throw new NativeCallException(call, "NVML error " + status);
    }
  }

  /**
   * A GPU's memory.
   *
   * @param total bytes there are
   * @param used bytes in use, by whomever
   */
  record Memory(long total, long used) {}
}
