package io.ferry.rest;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that are written, in blocks: what is there is never moved to make room for more, and of a
 * small answer, which comes in one piece, the block is the answer.
 */
final class Blocks extends OutputStream {

  private static final int MOST = 1 << 16;

  private final List<byte[]> full = new ArrayList<>();
  private long fullBytes;
  private byte[] last = new byte[0];
  private int used;

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] source, int from, int count) {
    int fits = Math.min(count, last.length - used);
    System.arraycopy(source, from, last, used, fits);
    used += fits;
    int left = count - fits;
    if (left > 0) {
      next(left);
      System.arraycopy(source, from + fits, last, 0, left);
      used = left;
    }
  }

  private void next(int atLeast) {
    if (last.length > 0) {
      full.add(last);
      fullBytes += last.length;
    }
    last = new byte[Math.max(atLeast, (int) Math.min(MOST, fullBytes))];
    used = 0;
  }

  /**
   * All of them as one array, which is the caller's: nothing is written any more.
   *
   * @throws OutOfMemoryError if they are more than an array holds
   */
  byte[] bytes() {
    if (full.isEmpty() && used == last.length) {
      return last;
    }
    if (fullBytes + used > Integer.MAX_VALUE) {
      throw new OutOfMemoryError("an answer of more than 2 GiB");
    }
    byte[] all = new byte[(int) fullBytes + used];
    int at = 0;
    for (byte[] block : full) {
      System.arraycopy(block, 0, all, at, block.length);
      at += block.length;
    }
    System.arraycopy(last, 0, all, at, used);
    return all;
  }
}
