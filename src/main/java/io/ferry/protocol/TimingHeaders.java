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
    List<Timings> timings = rows.stream().map(Outcome.Completed::timings).toList();
    return Map.of(
        "x-queue-time",
        millis(timings.stream().mapToLong(Timings::queueNanos).max().orElse(0)),
        "x-inference-time",
        millis(timings.stream().mapToLong(Timings::inferenceNanos).max().orElse(0)),
        "x-total-time",
        millis(totalNanos),
        "x-batch-size",
        Integer.toString(timings.stream().mapToInt(Timings::batchRows).max().orElse(0)));
  }

  /** Such as {@code 1.234}. */
  public static String millis(long nanos) {
    return BigDecimal.valueOf(nanos / 1_000, 3).toPlainString();
  }
}
