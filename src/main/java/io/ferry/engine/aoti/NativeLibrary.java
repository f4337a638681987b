package io.ferry.engine.aoti;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A shared library, loaded by the system's own loader. Not by {@link
 * java.lang.foreign.SymbolLookup#libraryLookup}: this binds all symbols at once, so that a function
 * that a libtorch has not is an error at load and not the end of the process in a pass.
 *
 * <p>{@code dlfcn.h} of glibc:
 *
 * <pre>
 * void *dlopen(const char *filename, int flags);
 * void *dlsym(void *handle, const char *symbol);
 * int dlclose(void *handle);
 * char *dlerror(void);
 * </pre>
 */
final class NativeLibrary {

  private static final int RTLD_NOW = 2;
  private static final int RTLD_NOLOAD = 4;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle DLOPEN =
      system(
          "dlopen",
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  private static final MethodHandle DLSYM =
      system(
          "dlsym",
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
  private static final MethodHandle DLCLOSE =
      system("dlclose", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
  private static final MethodHandle DLERROR =
      system("dlerror", FunctionDescriptor.of(ValueLayout.ADDRESS));

  private final String name;
  private final MemorySegment handle;

  private NativeLibrary(String name, MemorySegment handle) {
    this.name = name;
    this.handle = handle;
  }

  @SuppressWarnings("restricted")
  private static MethodHandle system(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), descriptor);
  }

  /** Whether this machine's loader is the one that is bound here. */
  static boolean runsHere() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux");
  }

  /**
   * Loads a file with all that it needs.
   *
   * @throws NativeCallException if it cannot be loaded, or lacks something
   */
  static NativeLibrary open(Path file) throws NativeCallException {
    return open(file.toString());
  }

  /**
   * Loads a file, or what the system's loader finds under a name.
   *
   * @throws NativeCallException if it cannot be loaded, or lacks something
   */
  static NativeLibrary open(String name) throws NativeCallException {
    return open(name, RTLD_NOW);
  }

  private static NativeLibrary open(String name, int flags) throws NativeCallException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment handle = (MemorySegment) DLOPEN.invokeExact(call.allocateFrom(name), flags);
      if (handle.address() == 0) {
        throw new NativeCallException("dlopen", lastError());
      }
      return new NativeLibrary(name, handle);
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown, NativeCallException.class);
    }
  }

  /**
   * One of several: the first that the process has loaded, or else that the system's loader finds.
   *
   * @throws NativeCallException if it finds none
   */
  static NativeLibrary openFirst(List<String> names) throws NativeCallException {
    List<String> refusals = new ArrayList<>();
    for (int flags : new int[] {RTLD_NOW | RTLD_NOLOAD, RTLD_NOW}) {
      refusals.clear();
      for (String name : names) {
        try {
          return open(name, flags);
        } catch (NativeCallException notThere) {
          refusals.add(notThere.words());
        }
      }
    }
    throw new NativeCallException("dlopen", String.join("; ", refusals));
  }

  private static String lastError() throws Throwable {
    return Calls.text((MemorySegment) DLERROR.invokeExact());
  }

  /**
   * A function.
   *
   * @throws NativeCallException if the library has none of this name
   */
  MethodHandle function(String symbol, MemoryLayout result, MemoryLayout... arguments)
      throws NativeCallException {
    return find(symbol, FunctionDescriptor.of(result, arguments))
        .orElseThrow(() -> new NativeCallException("dlsym", name + " has no " + symbol));
  }

  /** A function that may be missing. */
  @SuppressWarnings("restricted")
  Optional<MethodHandle> find(String symbol, FunctionDescriptor descriptor) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment address = (MemorySegment) DLSYM.invokeExact(handle, call.allocateFrom(symbol));
      return address.address() == 0
          ? Optional.empty()
          : Optional.of(LINKER.downcallHandle(address, descriptor));
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown);
    }
  }

  /** Unloads it; none of its functions may be called again. */
  void close() {
    try {
      int failed = (int) DLCLOSE.invokeExact(handle);
      if (failed != 0) {
        throw new IllegalStateException("a library is not unloaded: " + lastError());
      }
    } catch (Throwable thrown) {
      throw Calls.unexpected(thrown);
    }
  }
}
