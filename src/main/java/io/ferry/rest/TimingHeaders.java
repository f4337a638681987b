package io.ferry.rest;

import io.ferry.inference.Outcome;
import io.ferry.inference.Timings;
import io.ferry.pipeline.InferenceReply.Answered;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.util.List;

/**
 * Says in headers where the time of a request went, in milliseconds. Where several batches served
 * it, each header names the largest value.
 */
public final class TimingHeaders {

  private TimingHeaders() {}

  static void add(Response.ResponseBuilder response, Answered answered) {
    List<Timings> rows = answered.rows().stream().map(Outcome.Completed::timings).toList();
    response
        .header(
            "x-queue-time", millis(rows.stream().mapToLong(Timings::queueNanos).max().orElse(0)))
        .header(
            "x-inference-time",
            millis(rows.stream().mapToLong(Timings::inferenceNanos).max().orElse(0)))
        .header("x-total-time", millis(answered.totalNanos()))
        .header("x-batch-size", rows.stream().mapToInt(Timings::batchRows).max().orElse(0));
  }

  /** Such as {@code 1.234}. */
  public static String millis(long nanos) {
    return BigDecimal.valueOf(nanos / 1_000, 3).toPlainString();
  }
}
