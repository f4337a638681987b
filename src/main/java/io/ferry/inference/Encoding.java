package io.ferry.inference;

/**
 * A row of tokens: one text, or a pair of texts, special tokens included.
 *
 * <p>The arrays are handed over, not copied: whoever makes an encoding does not write to them
 * again.
 *
 * @param tokenIds the ids, unpadded, at least one
 * @param typeIds which text of a pair each token belongs to, 0 or 1; as many as token ids
 */
public record Encoding(long[] tokenIds, long[] typeIds) implements ModelInput {

  /**
   * Checks that there is something to run.
   *
   * @throws IllegalArgumentException if there is no token, or not one type for each
   */
  public Encoding {
    if (tokenIds.length == 0) {
      throw new IllegalArgumentException("an encoding has at least one token");
    }
    if (typeIds.length != tokenIds.length) {
      throw new IllegalArgumentException(
          typeIds.length + " token types for " + tokenIds.length + " tokens");
    }
  }

  /** The encoding of a single text: every token is of type 0. */
  public Encoding(long[] tokenIds) {
    this(tokenIds, new long[tokenIds.length]);
  }

  /** The number of tokens of this row, before padding. */
  @Override
  public int length() {
    return tokenIds.length;
  }

  /** Rows of tokens can be padded to one length. */
  @Override
  public boolean stacksWith(ModelInput other) {
    return other instanceof Encoding;
  }
}
