package io.ferry.rest;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.inference.Outcome.Rejection;
import io.ferry.pipeline.InferenceReply.Refused;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * An error of {@code /process} and of everything that the framework answers itself: a status, a
 * sentence, and a type out of a short list. The only place where outcomes become status numbers.
 *
 * @param status the HTTP status
 * @param type for programs
 * @param message for people: what is wrong and what to do
 * @param retryAfter when to try again, where that helps
 */
record ErrorReply(int status, ErrorType type, String message, Optional<Duration> retryAfter) {

  /** The error's kind; the names are those of text-embeddings-inference. */
  enum ErrorType {
    Validation,
    Empty,
    Tokenizer,
    Overloaded,
    Unhealthy,
    Backend,
    NotFound,
    Timeout
  }

  /** The client has gone; nobody reads this. nginx uses the number for the same. */
  private static final int CLIENT_CLOSED_REQUEST = 499;

  static ErrorReply badRequest(String message) {
    return of(400, ErrorType.Validation, message);
  }

  static ErrorReply of(int status, ErrorType type, String message) {
    return new ErrorReply(status, type, message, Optional.empty());
  }

  /**
   * The answer to a request that was not served.
   *
   * @param list whether it came as a list, so that a message about one text names which
   */
  static ErrorReply of(Refused refused, boolean list) {
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
  static String clip(String text) {
    String clipped = text.length() <= 100 ? text : text.substring(0, 100) + "…";
    return new String(clipped.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** The answer to a request that was not served, for a reason that is no single row's. */
  static ErrorReply of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Rejected(Rejection reason, Duration retryAfter) -> rejected(reason, retryAfter);
      case Outcome.Invalid(Flaw flaw, String message) -> of(422, type(flaw), message);
      case Outcome.UnknownModel(var name, var served) ->
          of(
              404,
              ErrorType.NotFound,
              "there is no model \"%s\"; served here: %s"
                  .formatted(clip(name), String.join(", ", served)));
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
      case VALIDATION -> ErrorType.Validation;
      case EMPTY -> ErrorType.Empty;
      case TOKENIZER -> ErrorType.Tokenizer;
    };
  }

  Response response() {
    Response.ResponseBuilder response =
        Response.status(status)
            .type(MediaType.APPLICATION_JSON_TYPE)
            .entity(Json.bytes(this::write));
    retryAfter.ifPresent(
        after -> response.header(HttpHeaders.RETRY_AFTER, Math.ceilDiv(after.toMillis(), 1000)));
    return response.build();
  }

  private void write(com.fasterxml.jackson.core.JsonGenerator json) throws java.io.IOException {
    json.writeStartObject();
    json.writeStringField("error", message);
    json.writeStringField("error_type", type.name());
    json.writeEndObject();
  }
}
