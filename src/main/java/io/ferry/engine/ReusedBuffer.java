package io.ferry.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A direct buffer that grows and is used again for every pass: engines read it in place, so it is
 * not refilled before the pass's results are read. Belongs to one lane's thread.
 */
final class ReusedBuffer {

  private final BufferSource source;
  private ByteBuffer buffer;

  ReusedBuffer(BufferSource source) {
    this.source = source;
    this.buffer = allocate(0);
  }

  /** An empty buffer with room for so many bytes. */
  ByteBuffer clear(long bytes) {
    if (bytes > Integer.MAX_VALUE - 8L) {
      // A failed pass of this size is what a device without so much memory gives, too.
      throw new OutOfMemoryError("an input of " + bytes + " bytes");
    }
    if (buffer.capacity() < bytes) {
      // By half again at least, so that a slowly growing load does not leave a trail of buffers.
      buffer =
          allocate((int) Math.clamp(buffer.capacity() * 3L / 2, bytes, Integer.MAX_VALUE - 8L));
    }
    return buffer.clear();
  }

  private ByteBuffer allocate(int bytes) {
    return source.allocate(bytes).order(ByteOrder.nativeOrder());
  }
}
