package io.ferry.openinference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.protocol.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request says of a tensor is believed in nothing before it is checked. */
class TensorHeaderTest {

  private static String refused(Executable reading) {
    return assertThrows(MalformedException.class, reading).explanation();
  }

  private static ByteBuffer bytes(int... bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
    for (int each : bytes) {
      buffer.put((byte) each);
    }
    return buffer.flip();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UINT16", "UINT32", "UINT64", "INT16", "BF16"})
  void datatypesThatNoEngineTakesAreRefused(String datatype) {
    assertEquals(
        "input \"x\" is %s, which Ferry does not take; it takes BOOL, UINT8, INT8, INT32, INT64, FP16, FP32, FP64, BYTES"
            .formatted(datatype),
        refused(() -> TensorHeader.of("x", datatype, new long[] {1})));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fp32", "FLOAT", "FP31", "STRING", "FP32 "})
  void datatypesThatThereAreNotAreRefused(String datatype) {
    assertEquals(
        "input \"x\" has the datatype \"%s\", which there is not; Ferry takes BOOL, UINT8, INT8, INT32, INT64, FP16, FP32, FP64, BYTES"
            .formatted(datatype),
        refused(() -> TensorHeader.of("x", datatype, new long[] {1})));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FP32  | -1                                      | an axis of a request cannot be negative
          FP32  | 1,-2                                    | an axis of a request cannot be negative
          FP32  | -9223372036854775808                    | an axis of a request cannot be negative
          FP32  | 9223372036854775807                     | more than 2 GiB
          FP32  | 2147483648                              | more than 2 GiB
          FP32  | 2147483647                              | more than 2 GiB
          FP32  | 536870912                               | more than 2 GiB
          FP64  | 268435456                               | more than 2 GiB
          INT8  | 65536,32768                             | more than 2 GiB
          INT8  | 4294967296,4294967296                   | more than 2 GiB
          FP32  | 2147483647,2147483647,2147483647        | more than 2 GiB
          BYTES | 3037000500,3037000500                   | more than 2 GiB
          FP32  | 4611686018427387904,4                   | more than 2 GiB
          """)
  void impossibleShapesAreRefused(String datatype, String shape, String says) {
    long[] axes = Arrays.stream(shape.split(",", -1)).mapToLong(Long::parseLong).toArray();

    assertEquals(
        "input \"x\" has the shape %s; %s"
            .formatted(Arrays.toString(axes), says.startsWith("more") ? "that is " + says : says),
        refused(() -> TensorHeader.of("x", datatype, axes)));
  }

  @Test
  void theLargestShapesAreTaken() throws Exception {
    assertEquals(536870911, TensorHeader.of("x", "FP32", new long[] {536870911}).elements());
    assertEquals(0, TensorHeader.of("x", "FP32", new long[] {0, 5}).elements());
    assertEquals(1, TensorHeader.of("x", "FP32", new long[0]).elements());
    assertEquals(1, TensorHeader.of("x", "FP32", ones(32)).elements());
    assertEquals(
        "input \"x\" has 33 axes, at most 32 are allowed",
        refused(() -> TensorHeader.of("x", "FP32", ones(33))));
  }

  private static long[] ones(int axes) {
    long[] shape = new long[axes];
    Arrays.fill(shape, 1);
    return shape;
  }

  @Test
  void aNameIsThereAndIsNotGivenBackByTheMegabyte() {
    assertEquals(
        "an input has an empty name", refused(() -> TensorHeader.of("", "FP32", new long[] {1})));
    assertTrue(
        refused(() -> TensorHeader.of("n".repeat(1 << 20), "FP32", new long[] {-1})).length()
            < 200);
  }

  @Test
  void numbersAreViewsOfTheData() throws Exception {
    byte[] body = new byte[12];
    ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).putFloat(4, 1.5f).putFloat(8, -2);

    WireTensor.Numbers read =
        assertInstanceOf(
            WireTensor.Numbers.class,
            TensorHeader.of("x", "FP32", new long[] {2}).raw(ByteBuffer.wrap(body, 4, 8)));

    assertArrayEquals(new float[] {1.5f, -2}, read.tensor().floats());
    assertSame(body, read.tensor().data().array());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 9, 16})
  void numbersFillTheShape(int length) {
    assertEquals(
        "input \"x\" has %d bytes of data, its shape [2] of FP32 takes 8".formatted(length),
        refused(
            () -> TensorHeader.of("x", "FP32", new long[] {2}).raw(ByteBuffer.allocate(length))));
  }

  @Test
  void textsStandBehindTheirLengths() throws Exception {
    WireTensor.Bytes read =
        assertInstanceOf(
            WireTensor.Bytes.class,
            TensorHeader.of("x", "BYTES", new long[] {3})
                .raw(bytes(2, 0, 0, 0, 'a', 'b', 0, 0, 0, 0, 1, 0, 0, 0, 'c')));

    assertEquals(
        List.of("ab", "", "c"),
        read.values().stream().map(it -> new String(it, StandardCharsets.UTF_8)).toList());
  }

  @Test
  void textsThatAreCutOffOrMissingAreRefused() throws Exception {
    TensorHeader two = TensorHeader.of("x", "BYTES", new long[] {2});
    String cutOff =
        "input \"x\": value %d is cut off; each is 4 bytes of length, little-endian, and so many bytes";

    assertEquals(cutOff.formatted(0), refused(() -> two.raw(bytes(1))));
    assertEquals(cutOff.formatted(0), refused(() -> two.raw(bytes(1, 0, 0, 0))));
    assertEquals(cutOff.formatted(0), refused(() -> two.raw(bytes(255, 255, 255, 255, 1))));
    assertEquals(cutOff.formatted(0), refused(() -> two.raw(bytes(0, 0, 0, 128, 1))));
    assertEquals(cutOff.formatted(1), refused(() -> two.raw(bytes(1, 0, 0, 0, 'a', 9, 0))));
    assertEquals(
        "input \"x\" has 1 values, its shape [2] takes 2",
        refused(() -> two.raw(bytes(1, 0, 0, 0, 'a'))));
    assertEquals(
        "input \"x\" has 3 values, its shape [2] takes 2",
        refused(() -> two.raw(bytes(new int[12]))));
    assertEquals(
        "input \"x\" has 0 values, its shape [2] takes 2", refused(() -> two.raw(bytes())));
  }

  @Test
  void aShapeThatLiesTakesNoMemory() throws Exception {
    TensorHeader many = TensorHeader.of("x", "BYTES", new long[] {2_000_000_000});

    assertEquals(
        "input \"x\" has 1 values, its shape [2000000000] takes 2000000000",
        refused(() -> many.raw(bytes(0, 0, 0, 0))));
  }

  @Test
  void valuesAreCountedWhereverTheyComeFrom() throws Exception {
    TensorHeader two = TensorHeader.of("x", "BYTES", new long[] {2});

    assertEquals(
        2,
        assertInstanceOf(WireTensor.Bytes.class, two.bytes(List.of(new byte[1], new byte[0])))
            .values()
            .size());
    assertEquals(
        "input \"x\" has 1 values, its shape [2] takes 2",
        refused(() -> two.bytes(List.of(new byte[1]))));
    assertEquals(
        "input \"x\" is FP32, its data are bytes",
        refused(() -> TensorHeader.of("x", "FP32", new long[] {0}).bytes(List.of())));
  }
}
