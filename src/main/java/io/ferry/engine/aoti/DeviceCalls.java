package io.ferry.engine.aoti;

import java.lang.foreign.MemorySegment;

/**
 * What a {@link DeviceStream} asks of a device with memory of its own. CUDA is one; a test has one
 * of the host's memory. What is enqueued on a stream happens in order, later.
 */
interface DeviceCalls {

  /** Makes a device the calling thread's. */
  void enter(int device) throws NativeCallException;

  /** A stream that waits for no other. */
  MemorySegment createStream() throws NativeCallException;

  /** Ends a stream on which nothing is left to do. */
  void destroyStream(MemorySegment stream) throws NativeCallException;

  /** Waits until all that was enqueued has happened. */
  void synchronize(MemorySegment stream) throws NativeCallException;

  /** Memory of the device; gives its address. */
  long allocate(long bytes) throws NativeCallException;

  /** Gives memory of the device back. */
  void free(long address) throws NativeCallException;

  /**
   * Memory of the host that does not move, so that the device can copy from and to it by itself.
   */
  MemorySegment allocatePinned(long bytes) throws NativeCallException;

  /** Gives memory of the host back. */
  void freePinned(MemorySegment memory) throws NativeCallException;

  /** Enqueues a copy to the device. */
  void copyIn(long to, MemorySegment from, MemorySegment stream) throws NativeCallException;

  /** Enqueues a copy to the host. */
  void copyOut(MemorySegment to, long from, MemorySegment stream) throws NativeCallException;
}
