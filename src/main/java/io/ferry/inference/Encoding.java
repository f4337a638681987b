package io.ferry.inference;

/**
 * One row as the model takes it: the token ids of one text, special tokens included.
 *
 * <p>The array is handed over, not copied: whoever makes an encoding does not write to it again.
 *
 * @param tokenIds the ids, unpadded, at least one
 */
public record Encoding(long[] tokenIds) {

  /**
   * Checks that there is something to run.
   *
   * @throws IllegalArgumentException if there is no token
   */
  public Encoding {
    if (tokenIds.length == 0) {
      throw new IllegalArgumentException("an encoding has at least one token");
    }
  }

  /** The number of tokens of this row, before padding. */
  public int length() {
    return tokenIds.length;
  }
}
