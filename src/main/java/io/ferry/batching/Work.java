package io.ferry.batching;

import java.util.List;

/** What a free lane is to do now. */
sealed interface Work {

  /**
   * Run these rows.
   *
   * @param flow whose they are
   * @param rows the members, in batch order; empty if all that was due had expired
   * @param expired rows met on the way whose deadline had passed; they cost no device time
   * @param chargedNanos the device time that was put down for them
   */
  record Serve(Flow flow, List<Entry> rows, List<Entry> expired, long chargedNanos)
      implements Work {}

  /** Do a step of this chore. */
  record Step(Flow flow, Chore chore) implements Work {}

  /**
   * Wait for company, but not past this moment.
   *
   * @param nanos on the ticker's clock
   */
  record WaitUntil(long nanos) implements Work {}

  /** Nothing waits. */
  record Idle() implements Work {}

  /** Nothing waits, and nothing will come. */
  record Closed() implements Work {}

  /** The device can run nothing any more. */
  record Lost() implements Work {}
}
