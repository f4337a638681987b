package io.ferry.batching;

import java.util.List;

/**
 * The rows of one forward pass, at least one. Belongs to the device's thread.
 *
 * @param rows in the order of the batch axis
 */
public record Batch(List<? extends Row> rows) {

  /**
   * Takes the rows.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Batch {
    rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("a batch has at least one row");
    }
  }

  /** The number of rows. */
  public int size() {
    return rows.size();
  }

  /** Tokens of the longest row: the length that the others are padded to. */
  public int longest() {
    int longest = 0;
    for (Row row : rows) {
      longest = Math.max(longest, row.input().length());
    }
    return longest;
  }

  /** Tokens without padding. */
  public long tokens() {
    long tokens = 0;
    for (Row row : rows) {
      tokens += row.input().length();
    }
    return tokens;
  }

  /** Tokens with padding: longest x rows. */
  public long paddedTokens() {
    return (long) longest() * size();
  }
}
