package io.ferry.engine.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.Batch;
import io.ferry.batching.Sample;
import io.ferry.inference.Encoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TokenTensorsTest {

  private static final long PAD = 99;

  private final TokenTensors tensors = new TokenTensors(PAD);

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
    tensors.pack(batch(row(1, 2), row(3), row(4, 5, 6)));
    assertEquals(List.of(1L, 2L, PAD, 3L, PAD, PAD, 4L, 5L, 6L), numbers(tensors.ids()));
    assertEquals(List.of(1L, 1L, 0L, 1L, 0L, 0L, 1L, 1L, 1L), numbers(tensors.mask()));
  }

  @Test
  void aTokenThatLooksLikePaddingIsStillAToken() {
    tensors.pack(batch(row(PAD, 1), row(PAD)));
    assertEquals(List.of(PAD, 1L, PAD, PAD), numbers(tensors.ids()));
    assertEquals(List.of(1L, 1L, 1L, 0L), numbers(tensors.mask()));
  }

  @Test
  void aSmallerBatchUsesTheSameBuffersAndLeavesNothingOfTheLastOne() {
    tensors.pack(batch(row(1, 2, 3), row(4, 5, 6)));
    ByteBuffer ids = tensors.ids();
    ByteBuffer mask = tensors.mask();
    tensors.pack(batch(row(7), row(8, 9)));
    assertSame(ids, tensors.ids());
    assertSame(mask, tensors.mask());
    assertEquals(List.of(7L, PAD, 8L, 9L), numbers(tensors.ids()));
    assertEquals(List.of(1L, 0L, 1L, 1L), numbers(tensors.mask()));
  }

  @Test
  void aLargerBatchGetsLargerBuffers() {
    tensors.pack(batch(row(1)));
    ByteBuffer small = tensors.ids();
    tensors.pack(batch(row(1, 2), row(3, 4)));
    assertNotSame(small, tensors.ids());
    assertEquals(List.of(1L, 2L, 3L, 4L), numbers(tensors.ids()));
  }
}
