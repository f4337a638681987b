package io.ferry.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.Batch;
import io.ferry.batching.Sample;
import io.ferry.inference.Encoding;
import io.ferry.model.ModelLoadException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class InputPackerTest {

  private static final long PAD = 99;

  private final InputPacker packer = packer();

  private static InputPacker packer() {
    try {
      return InputPacker.of(
          new RowLayout.Tokens(PAD), List.of(wanted("input_ids"), wanted("attention_mask")));
    } catch (ModelLoadException failed) {
      throw new AssertionError(failed);
    }
  }

  private static WantedInput wanted(String name) {
    return new WantedInput(name, Optional.empty());
  }

  private static Batch batch(long[]... rows) {
    return new Batch(Stream.of(rows).map(row -> new Sample(new Encoding(row))).toList());
  }

  private static long[] row(long... ids) {
    return ids;
  }

  private static List<Long> numbers(ByteBuffer buffer) {
    assertTrue(buffer.isDirect());
    assertEquals(ByteOrder.nativeOrder(), buffer.order());
    ByteBuffer copy = buffer.duplicate().order(buffer.order());
    return LongStream.generate(copy::getLong).limit(copy.remaining() / Long.BYTES).boxed().toList();
  }

  @Test
  void padsEveryRowOnTheRightToTheLongest() {
    List<PackedTensor> packed = packer.pack(batch(row(1, 2), row(3), row(4, 5, 6)));
    assertEquals(List.of(1L, 2L, PAD, 3L, PAD, PAD, 4L, 5L, 6L), numbers(packed.get(0).data()));
    assertEquals(List.of(1L, 1L, 0L, 1L, 0L, 0L, 1L, 1L, 1L), numbers(packed.get(1).data()));
  }

  @Test
  void aTokenThatLooksLikePaddingIsStillAToken() {
    List<PackedTensor> packed = packer.pack(batch(row(PAD, 1), row(PAD)));
    assertEquals(List.of(PAD, 1L, PAD, PAD), numbers(packed.get(0).data()));
    assertEquals(List.of(1L, 1L, 1L, 0L), numbers(packed.get(1).data()));
  }

  @Test
  void aSmallerBatchUsesTheSameBuffersAndLeavesNothingOfTheLastOne() {
    List<PackedTensor> packed = packer.pack(batch(row(1, 2, 3), row(4, 5, 6)));
    ByteBuffer ids = packed.get(0).data();
    ByteBuffer mask = packed.get(1).data();
    packed = packer.pack(batch(row(7), row(8, 9)));
    assertSame(ids, packed.get(0).data());
    assertSame(mask, packed.get(1).data());
    assertEquals(List.of(7L, PAD, 8L, 9L), numbers(packed.get(0).data()));
    assertEquals(List.of(1L, 0L, 1L, 1L), numbers(packed.get(1).data()));
  }

  @Test
  void aLargerBatchGetsLargerBuffers() {
    List<PackedTensor> packed = packer.pack(batch(row(1)));
    ByteBuffer small = packed.get(0).data();
    packed = packer.pack(batch(row(1, 2), row(3, 4)));
    assertNotSame(small, packed.get(0).data());
    assertEquals(List.of(1L, 2L, 3L, 4L), numbers(packed.get(0).data()));
  }
}
