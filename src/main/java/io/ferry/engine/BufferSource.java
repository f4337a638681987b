package io.ferry.engine;

import java.nio.ByteBuffer;

/** Where the memory comes from that batches are packed into. */
@FunctionalInterface
public interface BufferSource {

  /** Memory that the garbage collector frees. */
  BufferSource DIRECT = ByteBuffer::allocateDirect;

  /**
   * A direct buffer. It is asked for seldom: buffers are used again, and grow by half at least.
   *
   * @param bytes at least 0
   */
  ByteBuffer allocate(int bytes);
}
