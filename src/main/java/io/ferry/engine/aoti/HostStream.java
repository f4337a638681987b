package io.ferry.engine.aoti;

import io.ferry.engine.BufferSource;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** On a CPU the model reads and writes the host's memory where it lies, and returns when done. */
final class HostStream implements PassStream {

  @Override
  public BufferSource buffers() {
    return BufferSource.DIRECT;
  }

  @Override
  public MemorySegment handle() {
    return MemorySegment.NULL;
  }

  @Override
  public long send(int position, ByteBuffer data) {
    return MemorySegment.ofBuffer(data).address();
  }

  @SuppressWarnings("restricted")
  @Override
  public ByteBuffer receive(int position, long address, int bytes) {
    return MemorySegment.ofAddress(address)
        .reinterpret(bytes)
        .asByteBuffer()
        .order(ByteOrder.nativeOrder());
  }

  @Override
  public void await() {}

  @Override
  public void close() {}
}
