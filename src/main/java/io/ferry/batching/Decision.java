package io.ferry.batching;

import java.util.List;

/** What is to become of the rows that wait in one queue, were a lane free now. */
public sealed interface Decision {

  /**
   * Run these rows.
   *
   * @param rows the members, in batch order; empty if all that was due had expired
   * @param expired rows met on the way whose deadline had passed; they cost no device time
   */
  record Dispatch(List<Entry> rows, List<Entry> expired) implements Decision {}

  /**
   * Wait for company, but not past this moment.
   *
   * @param nanos on the ticker's clock
   */
  record WaitUntil(long nanos) implements Decision {}

  /** Nothing waits. */
  record Idle() implements Decision {}
}
