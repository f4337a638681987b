package io.ferry.grpc;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.inference.Outcome.Rejection;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.protocol.Explanation;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;

/**
 * What went wrong, as gRPC says it. The only place where outcomes become status codes.
 *
 * @param status the code, and a sentence that says what is wrong and what to do
 * @param retryAfter when to try again, where that helps
 */
record GrpcError(Status status, Optional<Duration> retryAfter) {

  /** As over HTTP: whole seconds. */
  static final Metadata.Key<String> RETRY_AFTER = ascii("retry-after");

  /** Clients of gRPC with a retry policy wait so many milliseconds (gRPC proposal A6). */
  static final Metadata.Key<String> PUSHBACK = ascii("grpc-retry-pushback-ms");

  /** Clients take 8 KiB of metadata, unless they are told to take more. */
  private static final int LONGEST_SENTENCE = 1_000;

  private static Metadata.Key<String> ascii(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /** An error that waiting does not mend. */
  static GrpcError of(Status code, String sentence) {
    return new GrpcError(code.withDescription(shortened(sentence)), Optional.empty());
  }

  /** It cannot be understood. */
  static GrpcError invalid(String sentence) {
    return of(Status.INVALID_ARGUMENT, sentence);
  }

  /**
   * A request that was not served.
   *
   * @param several whether it had several rows, so that a message about one names which
   */
  static GrpcError of(Refused refused, boolean several) {
    Outcome outcome = refused.outcome();
    return several
        ? of(outcome, Explanation.of(outcome, refused.row(), row -> "row " + row))
        : of(outcome);
  }

  /** A request that was not served, for a reason that is no single row's. */
  static GrpcError of(Outcome outcome) {
    return of(outcome, Explanation.of(outcome));
  }

  private static GrpcError of(Outcome outcome, String sentence) {
    return switch (outcome) {
      case Outcome.Rejected(Rejection reason, Duration retryAfter) ->
          new GrpcError(code(reason).withDescription(sentence), Optional.of(retryAfter));
      case Outcome.Invalid invalid ->
          of(
              invalid.flaw() == Flaw.UNSUPPORTED ? Status.UNIMPLEMENTED : Status.INVALID_ARGUMENT,
              sentence);
      case Outcome.UnknownModel unknown -> of(Status.NOT_FOUND, sentence);
      case Outcome.UnknownVersion unknown -> of(Status.NOT_FOUND, sentence);
      case Outcome.ModelNotNamed notNamed -> of(Status.INVALID_ARGUMENT, sentence);
      case Outcome.Expired() -> of(Status.DEADLINE_EXCEEDED, sentence);
      case Outcome.Cancelled() -> of(Status.CANCELLED, sentence);
      case Outcome.Failed failed -> of(Status.INTERNAL, sentence);
      case Outcome.Completed completed ->
          throw new IllegalArgumentException("a completed row is no error; this is a bug");
    };
  }

  private static Status code(Rejection reason) {
    return switch (reason) {
      case QUEUE_FULL, TOO_MANY_ANSWERS, DEADLINE -> Status.RESOURCE_EXHAUSTED;
      case NOT_READY, UNAVAILABLE, DRAINING -> Status.UNAVAILABLE;
    };
  }

  private static String shortened(String sentence) {
    return sentence.length() <= LONGEST_SENTENCE
        ? sentence
        : sentence.substring(0, LONGEST_SENTENCE) + "…";
  }

  /** What goes with the status. */
  Metadata trailers() {
    Metadata trailers = new Metadata();
    retryAfter.ifPresent(
        after -> {
          trailers.put(RETRY_AFTER, Long.toString(Math.ceilDiv(after.toMillis(), 1000)));
          trailers.put(PUSHBACK, Long.toString(after.toMillis()));
        });
    return trailers;
  }
}
