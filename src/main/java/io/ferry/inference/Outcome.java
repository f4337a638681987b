package io.ferry.inference;

import java.time.Duration;
import java.util.List;

/**
 * How a row's or a request's stay ended. Every accepted row gets exactly one. Outcomes are
 * returned, never thrown; what is thrown is a bug. Each protocol maps them to its own statuses in
 * one switch.
 */
public sealed interface Outcome {

  /**
   * The row was served.
   *
   * @param prediction the model's answer to this row
   * @param timings where the time went
   */
  record Completed(Prediction prediction, Timings timings) implements Outcome {}

  /**
   * The row was not taken; the same request may succeed later.
   *
   * @param reason why
   * @param retryAfter when to try again, a guess from what was measured
   */
  record Rejected(Rejection reason, Duration retryAfter) implements Outcome {}

  /**
   * The request asks for something that this model cannot do; it will never succeed as it is.
   *
   * @param flaw what kind of mistake it is
   * @param message what is wrong and what is allowed, for the caller to read
   */
  record Invalid(Flaw flaw, String message) implements Outcome {}

  /**
   * The request names a model that is not served here.
   *
   * @param name the name asked for
   * @param served the names there are
   */
  record UnknownModel(String name, List<String> served) implements Outcome {}

  /**
   * The request asks for another version of a model than the one that serves.
   *
   * @param name the model
   * @param version the version asked for
   * @param served the version there is
   */
  record UnknownVersion(String name, String version, String served) implements Outcome {}

  /**
   * The request names no model, and there is none that it could mean.
   *
   * @param served the names there are
   */
  record ModelNotNamed(List<String> served) implements Outcome {}

  /** The deadline passed before an answer was there. */
  record Expired() implements Outcome {}

  /** The caller went away before an answer was there. */
  record Cancelled() implements Outcome {}

  /**
   * The model failed on this very row.
   *
   * @param id names the failure; the log has the cause under the same id
   */
  record Failed(String id) implements Outcome {}

  /** What kind of mistake makes a request invalid. */
  enum Flaw {
    /** A value is outside what is allowed. */
    VALIDATION,
    /** There is nothing to run. */
    EMPTY,
    /** The text cannot be turned into tokens that the model takes. */
    TOKENIZER,
    /** The model does something else than what is asked. */
    TASK,
    /** The protocol has it, but Ferry has not. */
    UNSUPPORTED
  }

  /** Why a row was not taken. */
  enum Rejection {
    /** As many rows wait as may wait. */
    QUEUE_FULL,
    /** The large answers that are being made leave no room for one more. */
    TOO_MANY_ANSWERS,
    /** It would not be served before its deadline. */
    DEADLINE,
    /** The model is still loading or warming up. */
    NOT_READY,
    /** The model or its device is broken. */
    UNAVAILABLE,
    /** The server is shutting down. */
    DRAINING
  }
}
