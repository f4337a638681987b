package io.ferry.batching;

import java.time.Duration;

/**
 * The limits of one model's batches and queue.
 *
 * @param maxSize rows of a batch at most, 1 to {@value #MAX_ROWS}
 * @param maxTokens padded tokens of a batch (longest row x rows) at most; a longer row runs alone
 * @param maxWait how long an idle device waits for company
 * @param byLength whether rows of like length may leave together before others that came earlier
 * @param queueCapacity rows that may wait, 1 to {@value #MAX_ROWS}
 */
public record BatchPolicy(
    int maxSize, int maxTokens, MaxWait maxWait, boolean byLength, int queueCapacity) {

  /** The most rows that a batch or a queue may be set to hold. */
  public static final int MAX_ROWS = 1_000_000;

  /** The highest priority; 0 is the lowest. */
  public static final int MAX_PRIORITY = 9;

  /** The priority of a request that names none. */
  public static final int DEFAULT_PRIORITY = 5;

  /**
   * How much earlier than it did a row counts as having arrived for each step of priority. This is
   * what makes priorities age: a row overtakes rows one step above it that come this much later.
   */
  public static final Duration PRIORITY_STEP = Duration.ofSeconds(1);

  /**
   * How long before its deadline a row counts as having arrived at the latest: a row that has less
   * time than this overtakes those with more that came within the difference.
   */
  public static final Duration DEADLINE_STEP = Duration.ofSeconds(1);

  /**
   * How many batches may pass a row over: leave with rows that came later, but are nearer in length
   * to the others of the batch.
   */
  public static final int PASSED_OVER_AT_MOST = 64;

  /** Limits with rows chosen by length, and a wait that is fixed. */
  public BatchPolicy(int maxSize, int maxTokens, Duration maxWait, int queueCapacity) {
    this(maxSize, maxTokens, new MaxWait.Fixed(maxWait), true, queueCapacity);
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public BatchPolicy {
    if (maxSize < 1 || maxSize > MAX_ROWS) {
      throw new IllegalArgumentException("max-size must be 1 to " + MAX_ROWS + ", not " + maxSize);
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException("max-tokens must be at least 1, not " + maxTokens);
    }
    if (queueCapacity < 1 || queueCapacity > MAX_ROWS) {
      throw new IllegalArgumentException(
          "queue capacity must be 1 to " + MAX_ROWS + ", not " + queueCapacity);
    }
  }
}
