package io.ferry.engine.aoti;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ferry.batching.WrongOutputException;
import io.ferry.engine.RawOutput;
import io.ferry.inference.Datatype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputReadingTest {

  private static final int BRAIN = 15;
  private static final TorchKinds KINDS =
      new TorchKinds(Map.of(Datatype.FP32, 6, Datatype.FP16, 5), BRAIN);

  private static OutputReading reading(int kind, long[] shape, long... strides) {
    return new OutputReading(new TorchShim.TensorView(0, kind, shape, strides, 0), KINDS);
  }

  private static ByteBuffer floats(float... numbers) {
    ByteBuffer memory =
        ByteBuffer.allocateDirect(numbers.length * Float.BYTES).order(ByteOrder.nativeOrder());
    memory.asFloatBuffer().put(numbers);
    return memory;
  }

  private static float[] numbers(RawOutput output) {
    assertEquals(Datatype.FP32, output.datatype());
    float[] numbers = new float[output.data().remaining() / Float.BYTES];
    output.data().asFloatBuffer().get(numbers);
    return numbers;
  }

  @Test
  void whatLiesWithoutGapsIsReadWhereItIs() {
    OutputReading reading = reading(6, new long[] {2, 2}, 2, 1);
    assertEquals(16, reading.span());
    ByteBuffer memory = floats(1, 2, 3, 4);
    RawOutput output = reading.read(memory);
    assertEquals(memory, output.data());
    assertArrayEquals(new long[] {2, 2}, output.shape());
  }

  @Test
  void swappedAxesAndGapsAreReadInOrder() {
    OutputReading swapped = reading(6, new long[] {2, 3}, 1, 2);
    assertEquals(24, swapped.span());
    assertArrayEquals(
        new float[] {1, 3, 5, 2, 4, 6}, numbers(swapped.read(floats(1, 2, 3, 4, 5, 6))));
    OutputReading gaps = reading(6, new long[] {2, 2}, 3, 1);
    assertEquals(20, gaps.span());
    assertArrayEquals(new float[] {1, 2, 4, 5}, numbers(gaps.read(floats(1, 2, 3, 4, 5))));
    OutputReading repeated = reading(6, new long[] {2, 2}, 0, 1);
    assertEquals(8, repeated.span());
    assertArrayEquals(new float[] {1, 2, 1, 2}, numbers(repeated.read(floats(1, 2))));
  }

  @Test
  void anAxisOfOneMayHaveAnyStride() {
    ByteBuffer memory = floats(1, 2);
    assertEquals(memory, reading(6, new long[] {1, 2}, 77, 1).read(memory).data());
  }

  @Test
  void brainFloatsAreReadAsFloat32() {
    ByteBuffer memory = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    memory.putShort((short) (Float.floatToIntBits(1.5f) >>> 16));
    memory.putShort((short) (Float.floatToIntBits(-2) >>> 16));
    OutputReading reading = reading(BRAIN, new long[] {2}, 1);
    assertEquals(4, reading.span());
    assertArrayEquals(new float[] {1.5f, -2}, numbers(reading.read(memory.flip())));
  }

  @Test
  void nothingIsReadOfNothing() {
    OutputReading empty = reading(6, new long[] {0, 2}, 2, 1);
    assertEquals(0, empty.span());
    assertEquals(0, empty.read(ByteBuffer.allocateDirect(0)).data().remaining());
  }

  @Test
  void whatIsTooLargeOrOfAnUnknownKindIsSaid() {
    OutputReading large = reading(6, new long[] {1 << 20, 1 << 10}, 1 << 10, 1);
    assertThrows(WrongOutputException.class, large::span);
    assertThrows(WrongOutputException.class, () -> reading(99, new long[] {1}, 1));
  }
}
