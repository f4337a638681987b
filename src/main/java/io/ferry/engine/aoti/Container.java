package io.ferry.engine.aoti;

import io.ferry.engine.aoti.OpenHandles.Kind;
import io.ferry.model.ModelLoadException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A compiled model in memory, its weights once for all lanes. The last lane that lets go frees it.
 */
final class Container {

  private final CompiledPackage unpacked;
  private final ModelLibrary library;
  private final MemorySegment container;
  private final AtomicInteger users;
  private final OpenHandles handles;

  private Container(
      CompiledPackage unpacked,
      ModelLibrary library,
      MemorySegment container,
      int users,
      OpenHandles handles) {
    this.unpacked = unpacked;
    this.library = library;
    this.container = container;
    this.users = new AtomicInteger(users);
    this.handles = handles;
  }

  /**
   * Loads an unpacked package, which is this object's from now on, also if it fails.
   *
   * @param users how many will run it at once and let go of it
   * @param device such as {@code cpu} or {@code cuda:0}
   */
  static Container open(CompiledPackage unpacked, int users, String device, OpenHandles handles)
      throws NativeCallException, ModelLoadException {
    try {
      ModelLibrary library = ModelLibrary.open(unpacked.library());
      handles.opened(Kind.LIBRARY);
      try {
        MemorySegment container = library.container(users, device, unpacked.folder());
        handles.opened(Kind.CONTAINER);
        if (device.equals("cpu")) {
          // Everything is in memory; on CUDA kernels are read when they are first run.
          unpacked.close();
        }
        return new Container(unpacked, library, container, users, handles);
      } catch (NativeCallException | RuntimeException | Error failed) {
        library.close();
        handles.closed(Kind.LIBRARY);
        throw failed;
      }
    } catch (NativeCallException | ModelLoadException | RuntimeException | Error failed) {
      unpacked.close();
      throw failed;
    }
  }

  /** What the library says that it takes and gives. */
  ModelLibrary.Call call() throws NativeCallException {
    return library.call(container);
  }

  /** Runs a pass; see {@link ModelLibrary#run}. */
  void run(
      MemorySegment inputs,
      int inputCount,
      MemorySegment outputs,
      int outputCount,
      MemorySegment on)
      throws NativeCallException {
    library.run(container, inputs, inputCount, outputs, outputCount, on);
  }

  /** Lets go; each user calls it once. */
  void release() {
    if (users.decrementAndGet() == 0) {
      close();
    }
  }

  /** Frees it, whoever uses it. */
  void close() {
    try {
      library.delete(container);
      handles.closed(Kind.CONTAINER);
      library.close();
      handles.closed(Kind.LIBRARY);
    } catch (NativeCallException failed) {
      throw new IllegalStateException("a compiled model is not freed", failed);
    } finally {
      unpacked.close();
    }
  }
}
