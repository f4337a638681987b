package io.ferry.protocol;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/** Why a request was not served, in a sentence for its caller, whatever the protocol. */
public final class Explanation {

  private Explanation() {}

  /**
   * The sentence.
   *
   * @throws IllegalArgumentException if it was served
   */
  public static String of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Rejected rejected -> rejected(rejected.reason());
      case Outcome.Invalid invalid -> invalid.message();
      case Outcome.UnknownModel(String name, List<String> served) ->
          "there is no model \"%s\"; served here: %s"
              .formatted(Quotation.clip(name), String.join(", ", served));
      case Outcome.UnknownVersion(String name, String version, String served) ->
          "model \"%s\" has no version \"%s\" that serves; served is %s"
              .formatted(name, Quotation.clip(version), served);
      case Outcome.ModelNotNamed(List<String> served) ->
          served.isEmpty()
              ? "no model is served here at present"
              : "several models are served here; name one of them: " + String.join(", ", served);
      case Outcome.Expired() -> "the deadline passed before the model answered";
      case Outcome.Cancelled() -> "the client closed the connection";
      case Outcome.Failed(String id) ->
          "the model failed on this input; the server's log has the cause under " + id;
      case Outcome.Completed completed ->
          throw new IllegalArgumentException("a completed row is no error; this is a bug");
    };
  }

  /**
   * The sentence about a request of several rows: says which row is at fault, where it is one's.
   *
   * @param row from 0
   * @param names what the caller knows a row by, such as {@code input 3}
   */
  public static String of(Outcome outcome, OptionalInt row, IntFunction<String> names) {
    boolean aboutOneRow = outcome instanceof Outcome.Invalid || outcome instanceof Outcome.Failed;
    return aboutOneRow && row.isPresent()
        ? names.apply(row.getAsInt()) + ": " + of(outcome)
        : of(outcome);
  }

  private static String rejected(Rejection reason) {
    return switch (reason) {
      case QUEUE_FULL -> "the queue is full; try again later";
      case TOO_MANY_ANSWERS -> "too many large answers at once; try again later";
      case DEADLINE ->
          "so much waits that the deadline would pass first; try again later, or wait longer";
      case NOT_READY -> "the model is still loading";
      case UNAVAILABLE -> "the model cannot serve at present";
      case DRAINING -> "the server is shutting down";
    };
  }
}
