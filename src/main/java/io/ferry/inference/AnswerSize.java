package io.ferry.inference;

import java.util.List;

/**
 * What an answer takes in memory as it grows with the tokens of its rows: known once they are
 * encoded, before a device works for it.
 *
 * @param bytesPerToken the numbers and what is written of them; 0 where there is nothing for each
 *     token
 * @param padded whether every row is filled up to the longest
 */
public record AnswerSize(long bytesPerToken, boolean padded) {

  /** Of an answer that has nothing for each token: {@code max-rows} bounds it well enough. */
  public static final AnswerSize SMALL = new AnswerSize(0, false);

  /** The size of the answer to these rows. */
  public long bytes(List<ModelInput> rows) {
    long longest = 0;
    long all = 0;
    for (ModelInput row : rows) {
      longest = Math.max(longest, row.length());
      all += row.length();
    }
    return bytesPerToken * (padded ? longest * rows.size() : all);
  }
}
