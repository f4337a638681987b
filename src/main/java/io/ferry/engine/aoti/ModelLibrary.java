package io.ferry.engine.aoti;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The functions that a compiled model has. From {@code
 * torch/csrc/inductor/aoti_runtime/interface.h} of PyTorch 2.13; {@code AOTIRuntimeError} is an
 * {@code int32_t}, 0 if all went well, handles are pointers.
 *
 * <pre>
 * AOTIRuntimeError AOTInductorModelContainerCreateWithDevice(
 *     AOTInductorModelContainerHandle* container_handle, size_t num_models,
 *     const char* device_str, const char* cubin_dir);
 * AOTIRuntimeError AOTInductorModelContainerDelete(AOTInductorModelContainerHandle);
 * AOTIRuntimeError AOTInductorModelContainerRun(
 *     AOTInductorModelContainerHandle, AtenTensorHandle* input_handles, size_t num_inputs,
 *     AtenTensorHandle* output_handles, size_t num_outputs,
 *     AOTInductorStreamHandle stream_handle, AOTIProxyExecutorHandle proxy_executor_handle);
 *                                             // takes the inputs, gives the outputs
 * AOTIRuntimeError AOTInductorModelContainerGetNumInputs(handle, size_t* ret_num_inputs);
 * AOTIRuntimeError AOTInductorModelContainerGetNumOutputs(handle, size_t* ret_num_outputs);
 * AOTIRuntimeError AOTInductorModelContainerGetCallSpec(
 *     handle, const char** in_spec, const char** out_spec);
 * AOTIRuntimeError AOTInductorGetLastError(const char** error_msg);   // of the calling thread
 * </pre>
 */
final class ModelLibrary {

  private final NativeLibrary library;
  private final MethodHandle create;
  private final MethodHandle delete;
  private final MethodHandle run;
  private final MethodHandle inputCount;
  private final MethodHandle outputCount;
  private final MethodHandle callSpec;
  private final Optional<MethodHandle> lastError;

  private ModelLibrary(NativeLibrary library) throws NativeCallException {
    this.library = library;
    create =
        library.function(
            "AOTInductorModelContainerCreateWithDevice",
            JAVA_INT,
            ADDRESS,
            JAVA_LONG,
            ADDRESS,
            ADDRESS);
    delete = library.function("AOTInductorModelContainerDelete", JAVA_INT, ADDRESS);
    run =
        library.function(
            "AOTInductorModelContainerRun",
            JAVA_INT,
            ADDRESS,
            ADDRESS,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG,
            ADDRESS,
            ADDRESS);
    inputCount =
        library.function("AOTInductorModelContainerGetNumInputs", JAVA_INT, ADDRESS, ADDRESS);
    outputCount =
        library.function("AOTInductorModelContainerGetNumOutputs", JAVA_INT, ADDRESS, ADDRESS);
    callSpec =
        library.function(
            "AOTInductorModelContainerGetCallSpec", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    // Libraries that PyTorch before 2.12 compiled have it not, and write to the standard error.
    lastError = library.find("AOTInductorGetLastError", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  }

  /**
   * Loads a library whose libtorch is loaded.
   *
   * @throws NativeCallException if it is none, or needs what this libtorch has not
   */
  static ModelLibrary open(Path file) throws NativeCallException {
    NativeLibrary library = NativeLibrary.open(file);
    try {
      return new ModelLibrary(library);
    } catch (NativeCallException refused) {
      library.close();
      throw refused;
    }
  }

  /**
   * Makes a model with its weights.
   *
   * @param models how many passes may run at once; they share the weights
   * @param device such as {@code cpu} or {@code cuda:0}
   * @param kernels the folder of what the model loads later
   */
  MemorySegment container(int models, String device, Path kernels) throws NativeCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment made = call.allocate(ADDRESS);
      check(
          "AOTInductorModelContainerCreateWithDevice",
          (int)
              create.invokeExact(
                  made,
                  (long) models,
                  call.allocateFrom(device),
                  call.allocateFrom(kernels.toString())));
      return made.get(ADDRESS, 0);
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  /** Frees a model. */
  void delete(MemorySegment container) throws NativeCallException {
    try {
      check("AOTInductorModelContainerDelete", (int) delete.invokeExact(container));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  /**
   * Runs a pass. The inputs are the library's from now on, also if it fails; the outputs are the
   * caller's.
   *
   * @param inputs pointers to tensors, one after the other
   * @param outputs room for as many pointers as there are outputs
   * @param stream of the device, or null on a CPU
   */
  void run(
      MemorySegment container,
      MemorySegment inputs,
      int inputCount,
      MemorySegment outputs,
      int outputCount,
      MemorySegment stream)
      throws NativeCallException {
    try {
      check(
          "AOTInductorModelContainerRun",
          (int)
              run.invokeExact(
                  container,
                  inputs,
                  (long) inputCount,
                  outputs,
                  (long) outputCount,
                  stream,
                  MemorySegment.NULL));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  /** What the model takes and gives, as the library says it. */
  Call call(MemorySegment container) throws NativeCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocate(JAVA_LONG);
      MemorySegment second = arena.allocate(JAVA_LONG);
      check(
          "AOTInductorModelContainerGetNumInputs", (int) inputCount.invokeExact(container, first));
      check(
          "AOTInductorModelContainerGetNumOutputs",
          (int) outputCount.invokeExact(container, second));
      int inputs = Math.toIntExact(first.get(JAVA_LONG, 0));
      int outputs = Math.toIntExact(second.get(JAVA_LONG, 0));
      check(
          "AOTInductorModelContainerGetCallSpec",
          (int) callSpec.invokeExact(container, first, second));
      return new Call(
          inputs, outputs, Calls.text(first.get(ADDRESS, 0)), Calls.text(second.get(ADDRESS, 0)));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  /** Unloads the library; its models were freed before. */
  void close() {
    library.close();
  }

  private void check(String call, int status) throws Throwable {
    if (status != 0) {
      throw new NativeCallException(call, lastError());
    }
  }

  private String lastError() throws Throwable {
    if (lastError.isEmpty()) {
      return "the library writes why to the standard error";
    }
    try (Arena call = Arena.ofConfined()) {
      MemorySegment message = call.allocate(ADDRESS);
      int status = (int) lastError.get().invokeExact(message);
      return status == 0 ? Calls.text(message.get(ADDRESS, 0)) : "no reason given";
    }
  }

  /**
   * How a model is called.
   *
   * @param inputs how many tensors it takes
   * @param outputs how many it gives
   * @param takes the tree of its arguments, as PyTorch writes it in JSON
   * @param gives the tree of its results
   */
  record Call(int inputs, int outputs, String takes, String gives) {}
}
