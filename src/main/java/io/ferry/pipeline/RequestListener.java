package io.ferry.pipeline;

import io.ferry.inference.Outcome;
import java.util.List;

/** What the pipeline tells metrics and logs. Called on the request's thread. */
public interface RequestListener {

  /**
   * A request ended.
   *
   * @param protocol the adapter it came through
   * @param model the model that was to serve it; empty text if there is none of the name asked for
   * @param outcome how it ended: its first row that was not served, else a served one
   * @param nanos from its arrival in the pipeline
   */
  void requestEnded(String protocol, String model, Outcome outcome, long nanos);

  /**
   * A request ended in its adapter and never came to the pipeline.
   *
   * @param protocol the adapter
   * @param refusal why
   */
  void requestRefused(String protocol, Refusal refusal);

  /** Why an adapter refused a request. */
  enum Refusal {
    /** It cannot be understood. */
    MALFORMED,
    /** Its body is too large. */
    TOO_LARGE,
    /** Too many bytes of bodies are held at once. */
    TOO_MANY_BODIES,
    /** A bug of the server's own. */
    ERROR
  }

  /**
   * The texts of a request were encoded.
   *
   * @param model the model's name
   * @param nanos the time it took, waiting for a turn included
   */
  void encoded(String model, long nanos);

  /**
   * A text could not be encoded.
   *
   * @param model the model's name
   * @param cause for the log
   */
  void encodingFailed(String model, Throwable cause);

  /** One listener that tells several, in this order. */
  static RequestListener all(List<RequestListener> listeners) {
    return new RequestFanOut(listeners);
  }
}
