package io.ferry.rest;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.inference.Outcome.Rejection;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.protocol.Quotation;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;

/**
 * What went wrong, as HTTP says it: a status, a sentence, and a type out of a short list. The only
 * place where outcomes become status numbers; a {@link Protocol} may have its own for a few.
 *
 * @param status the HTTP status
 * @param type for programs
 * @param message for people: what is wrong and what to do
 * @param retryAfter when to try again, where that helps
 */
public record ErrorReply(
    int status, ErrorType type, String message, Optional<Duration> retryAfter) {

  /** The error's kind; the names are those of text-embeddings-inference. */
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
    /** There is no such model or path. */
    NotFound,
    /** The deadline passed. */
    Timeout
  }

  /** The client has gone; nobody reads this. nginx uses the number for the same. */
  private static final int CLIENT_CLOSED_REQUEST = 499;

  /** 400: it cannot be understood. */
  public static ErrorReply badRequest(String message) {
    return of(400, ErrorType.Validation, message);
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
    ErrorReply error = of(refused.outcome());
    boolean aboutOneText =
        refused.outcome() instanceof Outcome.Invalid || refused.outcome() instanceof Outcome.Failed;
    return list && aboutOneText && refused.row().isPresent()
        ? of(
            error.status,
            error.type,
            "input %d: %s".formatted(refused.row().getAsInt(), error.message))
        : error;
  }

  /** A caller's own words as they may come back: not by the megabyte, and well-formed. */
  public static String clip(String text) {
    return Quotation.clip(text);
  }

  /** The answer to a request that was not served, for a reason that is no single row's. */
  public static ErrorReply of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Rejected(Rejection reason, Duration retryAfter) -> rejected(reason, retryAfter);
      case Outcome.Invalid(Flaw flaw, String message) ->
          of(flaw == Flaw.UNSUPPORTED ? 501 : 422, type(flaw), message);
      case Outcome.UnknownModel(var name, var served) ->
          of(
              404,
              ErrorType.NotFound,
              "there is no model \"%s\"; served here: %s"
                  .formatted(clip(name), String.join(", ", served)));
      case Outcome.UnknownVersion(var name, var version, var served) ->
          of(
              404,
              ErrorType.NotFound,
              "model \"%s\" has no version \"%s\" that serves; served is %s"
                  .formatted(name, clip(version), served));
      case Outcome.ModelNotNamed(var served) ->
          of(
              400,
              ErrorType.Validation,
              served.isEmpty()
                  ? "no model is served here at present"
                  : "several models are served here; name one in the field \"model\": "
                      + String.join(", ", served));
      case Outcome.Expired() ->
          of(504, ErrorType.Timeout, "the deadline passed before the model answered");
      case Outcome.Cancelled() ->
          of(CLIENT_CLOSED_REQUEST, ErrorType.Timeout, "the client closed the connection");
      case Outcome.Failed(String id) ->
          of(
              424,
              ErrorType.Backend,
              "the model failed on this input; the server's log has the cause under " + id);
      case Outcome.Completed completed ->
          throw new IllegalArgumentException("a completed row is no error; this is a bug");
    };
  }

  private static ErrorReply rejected(Rejection reason, Duration retryAfter) {
    Optional<Duration> after = Optional.of(retryAfter);
    return switch (reason) {
      case QUEUE_FULL ->
          new ErrorReply(429, ErrorType.Overloaded, "the queue is full; try again later", after);
      case DEADLINE ->
          new ErrorReply(
              429,
              ErrorType.Overloaded,
              "so much waits that the deadline would pass first; try again later, or wait longer",
              after);
      case NOT_READY ->
          new ErrorReply(503, ErrorType.Unhealthy, "the model is still loading", after);
      case UNAVAILABLE ->
          new ErrorReply(503, ErrorType.Unhealthy, "the model cannot serve at present", after);
      case DRAINING ->
          new ErrorReply(503, ErrorType.Unhealthy, "the server is shutting down", after);
    };
  }

  private static ErrorType type(Flaw flaw) {
    return switch (flaw) {
      case VALIDATION, UNSUPPORTED -> ErrorType.Validation;
      case EMPTY -> ErrorType.Empty;
      case TOKENIZER -> ErrorType.Tokenizer;
    };
  }

  /** With another status. */
  public ErrorReply withStatus(int other) {
    return new ErrorReply(other, type, message, retryAfter);
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
