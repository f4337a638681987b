package io.ferry.protocol;

import io.ferry.inference.MemoryBudget;

/**
 * Bounds what the bodies of all requests of all protocols take together. Admission counts rows, but
 * a body is in memory before its rows are known, and many large ones at once would take the heap.
 */
public final class BodyBudget {

  private static final int SHARE_OF_HEAP = 8;

  private final MemoryBudget budget;

  /** An eighth of the heap; one body of the largest size is always let in. */
  public BodyBudget(BodyLimit limit) {
    this(Math.max(limit.bytes(), Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
  }

  /**
   * So many bytes.
   *
   * @param most of all bodies together
   */
  BodyBudget(long most) {
    this.budget = new MemoryBudget(most);
  }

  /** What a body takes that begins to arrive. */
  public MemoryBudget.Share share() {
    return budget.share();
  }
}
