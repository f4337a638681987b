package io.ferry.engine.aoti;

import io.ferry.engine.BufferSource;
import io.ferry.engine.aoti.OpenHandles.Kind;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A lane's own stream on a device with memory of its own. Inputs are packed into pinned memory and
 * copied from there; outputs come back into pinned memory. All of it is used again for the next
 * batch, and grows to what the largest needed.
 */
final class DeviceStream implements PassStream {

  private final DeviceCalls calls;
  private final int device;
  private final OpenHandles handles;
  private final MemorySegment stream;
  private final List<MemorySegment> pinned = new ArrayList<>();
  private final Map<Integer, OnDevice> inputs = new HashMap<>();
  private final Map<Integer, MemorySegment> outputs = new HashMap<>();

  /** Where an input is on the device. */
  private record OnDevice(long address, long bytes) {}

  /** A stream on a device. */
  DeviceStream(DeviceCalls calls, int device, OpenHandles handles) throws NativeCallException {
    this.calls = calls;
    this.device = device;
    this.handles = handles;
    calls.enter(device);
    this.stream = calls.createStream();
    handles.opened(Kind.STREAM);
  }

  @Override
  public BufferSource buffers() {
    return bytes -> {
      if (bytes == 0) {
        return ByteBuffer.allocateDirect(0);
      }
      try {
        return pin(bytes).asByteBuffer();
      } catch (NativeCallException refused) {
        // Memory that may move is copied more slowly, but it is copied.
        return ByteBuffer.allocateDirect(bytes);
      }
    };
  }

  private MemorySegment pin(long bytes) throws NativeCallException {
    calls.enter(device);
    MemorySegment memory = calls.allocatePinned(bytes);
    pinned.add(memory);
    return memory;
  }

  @Override
  public MemorySegment handle() {
    return stream;
  }

  @Override
  public long send(int position, ByteBuffer data) throws NativeCallException {
    calls.enter(device);
    long address = room(position, data.remaining());
    calls.copyIn(address, MemorySegment.ofBuffer(data), stream);
    return address;
  }

  private long room(int position, long bytes) throws NativeCallException {
    OnDevice there = inputs.getOrDefault(position, new OnDevice(0, 0));
    if (there.bytes() >= bytes && there.address() != 0) {
      return there.address();
    }
    if (there.address() != 0) {
      inputs.remove(position);
      calls.free(there.address());
    }
    long grown = Math.max(1, Math.max(bytes, there.bytes() * 3 / 2));
    OnDevice room = new OnDevice(calls.allocate(grown), grown);
    inputs.put(position, room);
    return room.address();
  }

  @Override
  public ByteBuffer receive(int position, long address, int bytes) throws NativeCallException {
    MemorySegment there = outputs.getOrDefault(position, MemorySegment.NULL);
    if (there.byteSize() < bytes) {
      there = pin(Math.max(bytes, there.byteSize() * 3 / 2));
      outputs.put(position, there);
    }
    MemorySegment part = there.asSlice(0, bytes);
    if (bytes > 0) {
      calls.copyOut(part, address, stream);
    }
    return part.asByteBuffer().order(ByteOrder.nativeOrder());
  }

  @Override
  public void await() throws NativeCallException {
    calls.synchronize(stream);
  }

  /** Frees what can be freed: of a device that is lost nothing can be. */
  @Override
  public void close() {
    List<NativeCallException> failures = new ArrayList<>();
    attempt(failures, () -> calls.enter(device));
    inputs.values().forEach(it -> attempt(failures, () -> calls.free(it.address())));
    pinned.forEach(it -> attempt(failures, () -> calls.freePinned(it)));
    attempt(failures, () -> calls.destroyStream(stream));
    handles.closed(Kind.STREAM);
    for (NativeCallException failure : failures) {
      org.jboss.logging.Logger.getLogger(DeviceStream.class)
          .debugf(failure, "Memory of the device %d is not freed", device);
    }
  }

  /** A call that may fail. */
  @FunctionalInterface
  private interface Call {
    void run() throws NativeCallException;
  }

  private static void attempt(List<NativeCallException> failures, Call call) {
    try {
      call.run();
    } catch (NativeCallException failed) {
      failures.add(failed);
    }
  }
}
