package io.ferry.protocol;

import io.ferry.inference.Outcome;
import io.ferry.inference.Timings;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * Says in headers where the time of a request went, in milliseconds. Where several batches served
 * it, each header names the largest value.
 */
public final class TimingHeaders {

  private TimingHeaders() {}

  /**
   * The headers of an answer, by their names.
   *
   * @param rows of the answer
   * @param totalNanos from the request's arrival to its answer
   */
  public static Map<String, String> of(List<Outcome.Completed> rows, long totalNanos) {
    long queueNanos = 0;
    long inferenceNanos = 0;
    int batchRows = 0;
    for (Outcome.Completed row : rows) {
      Timings its = row.timings();
      queueNanos = Math.max(queueNanos, its.queueNanos());
      inferenceNanos = Math.max(inferenceNanos, its.inferenceNanos());
      batchRows = Math.max(batchRows, its.batchRows());
    }
    return Map.of(
        "x-queue-time",
        millis(queueNanos),
        "x-inference-time",
        millis(inferenceNanos),
        "x-total-time",
        millis(totalNanos),
        "x-batch-size",
        Integer.toString(batchRows));
  }

  /** Such as {@code 1.234}. */
  public static String millis(long nanos) {
    return BigDecimal.valueOf(nanos / 1_000, 3).toPlainString();
  }
}
