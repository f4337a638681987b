package io.ferry.engine.aoti;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceStreamTest {

  private final PretendCalls calls = new PretendCalls();
  private final OpenHandles handles = new OpenHandles();

  private DeviceStream stream() throws NativeCallException {
    return new DeviceStream(calls, 0, handles);
  }

  private static ByteBuffer filled(DeviceStream stream, int bytes, int value) {
    ByteBuffer data = stream.buffers().allocate(bytes);
    while (data.hasRemaining()) {
      data.put((byte) value);
    }
    return data.flip();
  }

  @Test
  void whatIsSentComesBackAndIsWaitedForOnce() throws NativeCallException {
    try (DeviceStream stream = stream()) {
      long first = stream.send(0, filled(stream, 4, 1));
      long second = stream.send(1, filled(stream, 2, 2));
      assertNotEquals(first, second);
      ByteBuffer one = stream.receive(0, first, 4);
      ByteBuffer two = stream.receive(1, second, 2);
      stream.await();
      assertEquals(ByteBuffer.wrap(new byte[] {1, 1, 1, 1}), one);
      assertEquals(ByteBuffer.wrap(new byte[] {2, 2}), two);
      assertEquals(1, Collections.frequency(calls.log(), "synchronize"));
    }
    assertEquals(0, calls.open());
    assertEquals(0, handles.open());
  }

  @Test
  void memoryIsUsedAgainAndGrowsToTheLargest() throws NativeCallException {
    try (DeviceStream stream = stream()) {
      ByteBuffer data = filled(stream, 100, 1);
      for (int bytes : new int[] {100, 10, 100, 1}) {
        stream.receive(0, stream.send(0, data.slice(0, bytes)), bytes);
        stream.await();
      }
      assertEquals(1, Collections.frequency(calls.log(), "allocate"));
      // One for the input, one for the output.
      assertEquals(2, Collections.frequency(calls.log(), "allocatePinned"));
      stream.send(0, filled(stream, 101, 1));
      assertEquals(2, Collections.frequency(calls.log(), "allocate"));
      assertEquals(1, Collections.frequency(calls.log(), "free"));
    }
    assertEquals(0, calls.open());
  }

  @Test
  void withoutPinnedMemoryOtherWillDo() throws NativeCallException {
    try (DeviceStream stream = stream()) {
      calls.fail("allocatePinned", "out of memory");
      ByteBuffer data = filled(stream, 8, 3);
      assertTrue(data.isDirect());
      stream.send(0, data);
    }
    assertEquals(0, calls.open());
  }

  @Test
  void aRefusedAllocationLeavesNothingBehind() throws NativeCallException {
    try (DeviceStream stream = stream()) {
      stream.send(0, filled(stream, 8, 1));
      calls.fail("allocate", "out of memory");
      ByteBuffer larger = filled(stream, 1000, 1);
      assertThrows(NativeCallException.class, () -> stream.send(0, larger));
      assertThrows(NativeCallException.class, () -> stream.send(0, larger));
      calls.fail("", "");
      stream.send(0, larger);
    }
    assertEquals(0, calls.open());
  }

  @Test
  void aLostDeviceIsClosedWithoutAWord() throws NativeCallException {
    DeviceStream stream = stream();
    stream.send(0, filled(stream, 8, 1));
    calls.fail("free", "an illegal memory access was encountered");
    stream.close();
    assertEquals(0, handles.open());
  }

  @Test
  void whatCannotBeMadeIsNotCounted() {
    calls.fail("createStream", "out of memory");
    assertThrows(NativeCallException.class, this::stream);
    assertThrows(
        NativeCallException.class, () -> new DeviceStream(calls, 1, handles), "no such device");
    assertEquals(0, handles.open());
  }

  @Test
  void thisMachineHasTheDevicesThatItsDriverTells() {
    List<String> devices = CudaDevices.auto();
    assertFalse(devices.isEmpty());
    assertEquals(devices.contains("gpu:0"), CudaDevices.gauges("gpu:0").isPresent());
  }
}
