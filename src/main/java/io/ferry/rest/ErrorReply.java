package io.ferry.rest;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.inference.Outcome.Rejection;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.protocol.Explanation;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What went wrong, as HTTP says it: a status, a sentence, and a type out of a short list. The only
 * place where outcomes become status numbers; a {@link Protocol} may have its own for a few.
 *
 * @param status the HTTP status
 * @param type for programs
 * @param message for people: what is wrong and what to do
 * @param field the field of the body that is wrong, where it is known to be one
 * @param retryAfter when to try again, where that helps
 */
public record ErrorReply(
    int status,
    ErrorType type,
    String message,
    Optional<String> field,
    Optional<Duration> retryAfter) {

  /** An error that is not about one field. */
  public ErrorReply(int status, ErrorType type, String message, Optional<Duration> retryAfter) {
    this(status, type, message, Optional.empty(), retryAfter);
  }

  /** The error's kind, as protocols tell it apart; {@link #label} is its name in bodies. */
  public enum ErrorType {
    /** The request is wrong. */
    Validation,
    /** There is nothing to run. */
    Empty,
    /** The text cannot be tokenized. */
    Tokenizer,
    /** Too much waits already. */
    Overloaded,
    /** The model or the server does not serve now. */
    Unhealthy,
    /** The model or the server failed. */
    Backend,
    /** There is nothing at this path. */
    NotFound,
    /** There is no such model or version. */
    UnknownModel,
    /** The model does something else. */
    OtherTask,
    /** The deadline passed. */
    Timeout;

    /** The name in bodies; the names are those of text-embeddings-inference and two more. */
    public String label() {
      return switch (this) {
        case UnknownModel -> NotFound.name();
        case OtherTask -> Validation.name();
        default -> name();
      };
    }
  }

  /** The client has gone; nobody reads this. nginx uses the number for the same. */
  private static final int CLIENT_CLOSED_REQUEST = 499;

  /** 400: it cannot be understood. */
  public static ErrorReply badRequest(String message) {
    return of(400, ErrorType.Validation, message);
  }

  /** 400: it cannot be understood. */
  public static ErrorReply of(MalformedException malformed) {
    return new ErrorReply(
        400,
        ErrorType.Validation,
        malformed.explanation(),
        malformed.field().map(Quotation::clip),
        Optional.empty());
  }

  /** It asks for something impossible, or that Ferry has not. */
  public static ErrorReply of(UnfitException unfit) {
    ErrorReply error = of(unfit.outcome());
    return new ErrorReply(error.status, error.type, error.message, unfit.field(), error.retryAfter);
  }

  /** An error that waiting does not mend. */
  public static ErrorReply of(int status, ErrorType type, String message) {
    return new ErrorReply(status, type, message, Optional.empty());
  }

  /**
   * The answer to a request that was not served.
   *
   * @param list whether it came as a list, so that a message about one text names which
   */
  public static ErrorReply of(Refused refused, boolean list) {
    return list ? of(refused, row -> "input " + row) : of(refused.outcome());
  }

  /**
   * The answer to a list of rows that was not served.
   *
   * @param names what the caller knows a row by, such as {@code input 3}
   */
  public static ErrorReply of(Refused refused, IntFunction<String> names) {
    return of(refused.outcome(), Explanation.of(refused.outcome(), refused.row(), names));
  }

  /** The answer to a request that was not served, for a reason that is no single row's. */
  public static ErrorReply of(Outcome outcome) {
    return of(outcome, Explanation.of(outcome));
  }

  private static ErrorReply of(Outcome outcome, String sentence) {
    return switch (outcome) {
      case Outcome.Rejected(Rejection reason, Duration retryAfter) ->
          switch (reason) {
            case QUEUE_FULL, TOO_MANY_ANSWERS, DEADLINE ->
                new ErrorReply(429, ErrorType.Overloaded, sentence, Optional.of(retryAfter));
            case NOT_READY, UNAVAILABLE, DRAINING ->
                new ErrorReply(503, ErrorType.Unhealthy, sentence, Optional.of(retryAfter));
          };
      case Outcome.Invalid(Flaw flaw, String message) ->
          of(flaw == Flaw.UNSUPPORTED ? 501 : 422, type(flaw), sentence);
      case Outcome.UnknownModel unknown -> of(404, ErrorType.UnknownModel, sentence);
      case Outcome.UnknownVersion unknown -> of(404, ErrorType.UnknownModel, sentence);
      case Outcome.ModelNotNamed notNamed -> of(400, ErrorType.Validation, sentence);
      case Outcome.Expired() -> of(504, ErrorType.Timeout, sentence);
      case Outcome.Cancelled() -> of(CLIENT_CLOSED_REQUEST, ErrorType.Timeout, sentence);
      case Outcome.Failed failed -> of(424, ErrorType.Backend, sentence);
      case Outcome.Completed completed ->
          throw new IllegalArgumentException("a completed row is no error; this is a bug");
    };
  }

  private static ErrorType type(Flaw flaw) {
    return switch (flaw) {
      case VALIDATION, UNSUPPORTED -> ErrorType.Validation;
      case EMPTY -> ErrorType.Empty;
      case TOKENIZER -> ErrorType.Tokenizer;
      case TASK -> ErrorType.OtherTask;
    };
  }

  /** With another status. */
  public ErrorReply withStatus(int other) {
    return new ErrorReply(other, type, message, field, retryAfter);
  }

  /** The answer in a protocol's own form. */
  public Response response(Protocol protocol) {
    ErrorReply error = protocol.adapt(this);
    Response.ResponseBuilder response =
        Response.status(error.status)
            .type(MediaType.APPLICATION_JSON_TYPE)
            .entity(Json.bytes(json -> protocol.write(error, json)));
    error.retryAfter.ifPresent(
        after -> response.header(HttpHeaders.RETRY_AFTER, Math.ceilDiv(after.toMillis(), 1000)));
    return response.build();
  }
}
