package io.ferry.engine.aoti;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Functions of libtorch's C shim. From {@code torch/csrc/inductor/aoti_torch/c/shim.h} and {@code
 * torch/csrc/stable/c/shim.h} of PyTorch 2.13; {@code AOTITorchError} is an {@code int32_t}, 0 if
 * all went well, and {@code AtenTensorHandle} a pointer.
 *
 * <pre>
 * uint64_t aoti_torch_abi_version();
 * int32_t aoti_torch_device_type_cpu();    int32_t aoti_torch_device_type_cuda();
 * int32_t aoti_torch_dtype_float32();      and the other kinds
 * AOTITorchError aoti_torch_create_tensor_from_blob(
 *     void* data, int64_t ndim, const int64_t* sizes_ptr, const int64_t* strides_ptr,
 *     int64_t storage_offset, int32_t dtype, int32_t device_type, int32_t device_index,
 *     AtenTensorHandle* ret);               // a view: the memory stays the caller's
 * AOTITorchError aoti_torch_delete_tensor_object(AtenTensorHandle tensor);
 * AOTITorchError aoti_torch_get_data_ptr(AtenTensorHandle tensor, void** ret_data_ptr);
 * AOTITorchError aoti_torch_get_dim(AtenTensorHandle tensor, int64_t* ret_dim);
 * AOTITorchError aoti_torch_get_sizes(AtenTensorHandle tensor, int64_t** ret_sizes);
 * AOTITorchError aoti_torch_get_strides(AtenTensorHandle tensor, int64_t** ret_strides);
 * AOTITorchError aoti_torch_get_dtype(AtenTensorHandle tensor, int32_t* ret_dtype);
 * AOTITorchError aoti_torch_get_device_type(AtenTensorHandle tensor, int32_t* ret_device_type);
 * const char* torch_exception_get_what_without_backtrace();   // since 2.13
 * </pre>
 *
 * <p>{@code void at::set_num_threads(int)} is no part of the shim, which has only the question; it
 * is declared in {@code ATen/Parallel.h} and found by its mangled name.
 */
final class TorchShim {

  private final MethodHandle abiVersion;
  private final MethodHandle createTensor;
  private final MethodHandle deleteTensor;
  private final MethodHandle dataPointer;
  private final MethodHandle dim;
  private final MethodHandle sizes;
  private final MethodHandle strides;
  private final MethodHandle dtype;
  private final MethodHandle deviceType;
  private final MethodHandle setThreads;
  private final Optional<MethodHandle> lastError;
  private final NativeLibrary library;

  /**
   * Binds the functions.
   *
   * @param library libtorch_cpu
   * @throws NativeCallException if it lacks one, as PyTorch before 2.9 does
   */
  TorchShim(NativeLibrary library) throws NativeCallException {
    this.library = library;
    abiVersion = library.function("aoti_torch_abi_version", JAVA_LONG);
    createTensor =
        library.function(
            "aoti_torch_create_tensor_from_blob",
            JAVA_INT,
            ADDRESS,
            JAVA_LONG,
            ADDRESS,
            ADDRESS,
            JAVA_LONG,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            ADDRESS);
    deleteTensor = library.function("aoti_torch_delete_tensor_object", JAVA_INT, ADDRESS);
    dataPointer = question(library, "aoti_torch_get_data_ptr");
    dim = question(library, "aoti_torch_get_dim");
    sizes = question(library, "aoti_torch_get_sizes");
    strides = question(library, "aoti_torch_get_strides");
    dtype = question(library, "aoti_torch_get_dtype");
    deviceType = question(library, "aoti_torch_get_device_type");
    setThreads =
        library
            .find("_ZN2at15set_num_threadsEi", FunctionDescriptor.ofVoid(JAVA_INT))
            .orElseThrow(() -> new NativeCallException("dlsym", "no at::set_num_threads"));
    lastError =
        library.find("torch_exception_get_what_without_backtrace", FunctionDescriptor.of(ADDRESS));
  }

  private static MethodHandle question(NativeLibrary library, String name)
      throws NativeCallException {
    return library.function(name, JAVA_INT, ADDRESS, ADDRESS);
  }

  /** The version of the library: its bytes are major, minor and patch, from the highest. */
  long abiVersion() {
    try {
      return (long) abiVersion.invokeExact();
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown);
    }
  }

  /**
   * A number that stands for a kind or a device.
   *
   * @param name of a function without parameters, such as {@code aoti_torch_dtype_float32}
   */
  int constant(String name) throws NativeCallException {
    MethodHandle function = library.function(name, JAVA_INT);
    try {
      return (int) function.invokeExact();
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown);
    }
  }

  /** Sets how many threads compute in a pass of the calling thread. */
  void threads(int count) {
    try {
      setThreads.invokeExact(count);
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown);
    }
  }

  /**
   * A tensor over memory that is not its own, which must outlive it.
   *
   * @param sizes of its axes; it lies there without gaps
   * @param device kind and index
   */
  MemorySegment tensor(
      long address, int dtype, MemorySegment sizes, MemorySegment strides, long axes, Device device)
      throws NativeCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment made = call.allocate(ADDRESS);
      check(
          "aoti_torch_create_tensor_from_blob",
          (int)
              createTensor.invokeExact(
                  MemorySegment.ofAddress(address),
                  axes,
                  sizes,
                  strides,
                  0L,
                  dtype,
                  device.type(),
                  device.index(),
                  made));
      return made.get(ADDRESS, 0);
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  /** Frees a tensor, and its memory if it is its own. */
  void delete(MemorySegment tensor) throws NativeCallException {
    try {
      check("aoti_torch_delete_tensor_object", (int) deleteTensor.invokeExact(tensor));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  /** What a tensor is, and where. */
  TensorView view(MemorySegment tensor) throws NativeCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment answer = call.allocate(JAVA_LONG);
      check("aoti_torch_get_dim", (int) dim.invokeExact(tensor, answer));
      int axes = Math.toIntExact(answer.get(JAVA_LONG, 0));
      check("aoti_torch_get_sizes", (int) sizes.invokeExact(tensor, answer));
      long[] shape = longs(answer, axes);
      check("aoti_torch_get_strides", (int) strides.invokeExact(tensor, answer));
      long[] steps = longs(answer, axes);
      check("aoti_torch_get_dtype", (int) dtype.invokeExact(tensor, answer));
      int kind = answer.get(JAVA_INT, 0);
      check("aoti_torch_get_device_type", (int) deviceType.invokeExact(tensor, answer));
      int device = answer.get(JAVA_INT, 0);
      check("aoti_torch_get_data_ptr", (int) dataPointer.invokeExact(tensor, answer));
      return new TensorView(answer.get(JAVA_LONG, 0), kind, shape, steps, device);
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  @SuppressWarnings("restricted")
  private static long[] longs(MemorySegment pointer, int count) {
    return pointer.get(ADDRESS, 0).reinterpret(count * JAVA_LONG.byteSize()).toArray(JAVA_LONG);
  }

  /** What libtorch says of the last call of this thread that failed. */
  String lastWords() {
    try {
      return lastError.isPresent()
          ? Calls.text((MemorySegment) lastError.get().invokeExact())
          : "libtorch writes why to the standard error";
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown);
    }
  }

  private void check(String call, int status) throws NativeCallException {
    if (status != 0) {
      throw new NativeCallException(call, lastWords());
    }
  }

  /**
   * A device as libtorch numbers it.
   *
   * @param type its kind
   * @param index which of the kind
   */
  record Device(int type, int index) {}

  /**
   * A tensor of libtorch's.
   *
   * @param address of its first element, on its device
   * @param dtype libtorch's number for the kind of its elements
   * @param shape the length of each axis
   * @param strides how many elements apart neighbours on an axis are
   * @param deviceType libtorch's number for the kind of its device
   */
  record TensorView(long address, int dtype, long[] shape, long[] strides, int deviceType) {}
}
