package io.ferry.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorTest {

  /** More than are looked at in one go. */
  private static final int MANY = 10_000;

  private static boolean finite(int at, float value) {
    float[] values = new float[MANY];
    values[at] = value;
    return Tensor.of(values).finite();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 8191, 8192, 9_998, 9_999})
  void aSingleNumberThatIsNotFiniteIsFound(int at) {
    assertFalse(finite(at, Float.NaN));
    assertFalse(finite(at, Float.POSITIVE_INFINITY));
    assertFalse(finite(at, Float.NEGATIVE_INFINITY));
    assertFalse(finite(at, Float.intBitsToFloat(0xff80_0001)));
    assertTrue(finite(at, Float.MAX_VALUE));
    assertTrue(finite(at, -Float.MAX_VALUE));
    assertTrue(finite(at, Float.MIN_VALUE));
    assertTrue(finite(at, -0f));
  }

  @Test
  void everyKindOfNumberIsLookedAt() {
    ByteBuffer doubles = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    assertTrue(new Tensor(Datatype.FP64, new int[] {2}, doubles).finite());
    doubles.putDouble(8, Double.NaN);
    assertFalse(new Tensor(Datatype.FP64, new int[] {2}, doubles).finite());

    ByteBuffer halves = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    assertTrue(new Tensor(Datatype.FP16, new int[] {2}, halves).finite());
    halves.putShort(2, Float.floatToFloat16(Float.POSITIVE_INFINITY));
    assertFalse(new Tensor(Datatype.FP16, new int[] {2}, halves).finite());

    ByteBuffer ones = ByteBuffer.allocate(8).putLong(-1).flip();
    assertTrue(new Tensor(Datatype.INT32, new int[] {2}, ones).finite());
    assertTrue(new Tensor(Datatype.FP32, new int[] {0}, ByteBuffer.allocate(0)).finite());
  }

  /** As a row of a batch is: its numbers begin somewhere in the buffer. */
  @Test
  void onlyItsOwnNumbersCount() {
    Tensor batch = Tensor.of(Float.NaN, 1, 2, Float.NaN);
    Tensor row = new Tensor(Datatype.FP32, new int[] {2}, batch.data().slice(4, 8));

    assertTrue(row.finite());
    assertEquals(2, row.at(1));
  }
}
