package io.ferry.engine.aoti;

import io.ferry.engine.BufferSource;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A lane's way to its device: copies in, what the model does, and copies out go one after the other
 * on it, and are waited for once. Belongs to the lane's thread.
 */
interface PassStream extends AutoCloseable {

  /** Memory that is fast to copy from; it lives until the stream is closed. */
  BufferSource buffers();

  /** What the model is told to run on; null on a CPU. */
  MemorySegment handle();

  /**
   * Begins to bring an input to the device.
   *
   * @param position which input
   * @param data of {@link #buffers()}, not changed before {@link #await()}
   * @return where it is on the device, until the same input is sent again
   */
  long send(int position, ByteBuffer data) throws NativeCallException;

  /**
   * Begins to bring an output back.
   *
   * @param position which output
   * @param address on the device
   * @return what {@link #await()} fills, valid until the same output is received again or freed
   */
  ByteBuffer receive(int position, long address, int bytes) throws NativeCallException;

  /** Waits until all that was begun has ended. */
  void await() throws NativeCallException;

  /** Frees its memory. */
  @Override
  void close();
}
