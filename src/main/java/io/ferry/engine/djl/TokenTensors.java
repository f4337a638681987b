package io.ferry.engine.djl;

import io.ferry.batching.Batch;
import io.ferry.batching.Row;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A batch's rows as two int64 matrices, packed once into direct buffers that are used again for
 * every pass: PyTorch reads them in place, so they are not refilled before the pass's results are
 * read.
 */
final class TokenTensors {

  private final long padTokenId;
  private ByteBuffer ids = allocate(0);
  private ByteBuffer mask = allocate(0);

  TokenTensors(long padTokenId) {
    this.padTokenId = padTokenId;
  }

  /** Lays the rows out one after the other, each padded on the right to the longest. */
  void pack(Batch batch) {
    int longest = batch.longest();
    int bytes = Math.multiplyExact(Math.multiplyExact(longest, batch.size()), Long.BYTES);
    if (ids.capacity() < bytes) {
      grow(bytes);
    }
    ids.clear();
    mask.clear();
    for (Row row : batch.rows()) {
      long[] tokenIds = row.encoding().tokenIds();
      for (long id : tokenIds) {
        ids.putLong(id);
        mask.putLong(1);
      }
      for (int padding = tokenIds.length; padding < longest; padding++) {
        ids.putLong(padTokenId);
        mask.putLong(0);
      }
    }
    ids.flip();
    mask.flip();
  }

  /** The token ids of the packed batch, from position to limit. */
  ByteBuffer ids() {
    return ids;
  }

  /** 1 for a token, 0 for padding. */
  ByteBuffer mask() {
    return mask;
  }

  /** By half again at least, so that a slowly growing load does not leave a trail of buffers. */
  private void grow(int bytes) {
    int capacity = (int) Math.clamp(ids.capacity() * 3L / 2, bytes, Integer.MAX_VALUE - 8L);
    ByteBuffer moreIds = allocate(capacity);
    // Both or none: an allocation that fails leaves the two as they were, of one size.
    mask = allocate(capacity);
    ids = moreIds;
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
