package io.ferry.engine.aoti;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * A device whose memory is the host's, and whose stream is a list of what to do: nothing happens
 * before somebody waits for it, as it may be on a GPU.
 */
final class PretendCalls implements DeviceCalls {

  private final Map<Long, Arena> allocated = new HashMap<>();
  private final Queue<Runnable> enqueued = new ArrayDeque<>();
  private final List<String> log = new ArrayList<>();
  private int streams;
  private String failing = "";
  private String words = "";

  /** What was called, in order. */
  List<String> log() {
    return log;
  }

  /** How many pieces of memory and streams are not given back. */
  int open() {
    return allocated.size() + streams;
  }

  /** From now on this call fails; none for an empty name. */
  void fail(String call, String with) {
    failing = call;
    words = with;
  }

  private void called(String call) throws NativeCallException {
    log.add(call);
    if (call.equals(failing)) {
      throw new NativeCallException(call, words);
    }
  }

  @Override
  public void enter(int device) throws NativeCallException {
    if (device != 0) {
      throw new NativeCallException("enter", "invalid device ordinal");
    }
  }

  @Override
  public MemorySegment createStream() throws NativeCallException {
    called("createStream");
    streams++;
    return MemorySegment.NULL;
  }

  @Override
  public void destroyStream(MemorySegment stream) {
    streams--;
  }

  @Override
  public void synchronize(MemorySegment stream) throws NativeCallException {
    called("synchronize");
    while (!enqueued.isEmpty()) {
      enqueued.remove().run();
    }
  }

  private MemorySegment memory(long bytes) {
    Arena arena = Arena.ofShared();
    MemorySegment memory = arena.allocate(bytes, 64);
    allocated.put(memory.address(), arena);
    return memory;
  }

  private void giveBack(long address) {
    Arena arena = allocated.remove(address);
    if (arena == null) {
      throw new AssertionError("freed twice, or never allocated");
    }
    arena.close();
  }

  @Override
  public long allocate(long bytes) throws NativeCallException {
    called("allocate");
    return memory(bytes).address();
  }

  @Override
  public void free(long address) throws NativeCallException {
    called("free");
    giveBack(address);
  }

  @Override
  public MemorySegment allocatePinned(long bytes) throws NativeCallException {
    called("allocatePinned");
    return memory(bytes);
  }

  @Override
  public void freePinned(MemorySegment memory) throws NativeCallException {
    called("freePinned");
    giveBack(memory.address());
  }

  /** At once: what the model of a test reads is not enqueued behind it. */
  @Override
  public void copyIn(long to, MemorySegment from, MemorySegment stream) throws NativeCallException {
    called("copyIn");
    at(to, from.byteSize()).copyFrom(from);
  }

  @Override
  public void copyOut(MemorySegment to, long from, MemorySegment stream)
      throws NativeCallException {
    called("copyOut");
    enqueued.add(() -> to.copyFrom(at(from, to.byteSize())));
  }

  @SuppressWarnings("restricted")
  private static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }
}
