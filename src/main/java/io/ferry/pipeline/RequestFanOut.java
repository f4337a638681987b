package io.ferry.pipeline;

import io.ferry.inference.Outcome;
import java.util.List;

/** Tells several listeners the same. */
record RequestFanOut(List<RequestListener> listeners) implements RequestListener {

  RequestFanOut {
    listeners = List.copyOf(listeners);
  }

  @Override
  public void requestEnded(String protocol, String model, Outcome outcome, long nanos) {
    listeners.forEach(listener -> listener.requestEnded(protocol, model, outcome, nanos));
  }

  @Override
  public void requestRefused(String protocol, Refusal refusal) {
    listeners.forEach(listener -> listener.requestRefused(protocol, refusal));
  }

  @Override
  public void encoded(String model, long nanos) {
    listeners.forEach(listener -> listener.encoded(model, nanos));
  }

  @Override
  public void encodingFailed(String model, Throwable cause) {
    listeners.forEach(listener -> listener.encodingFailed(model, cause));
  }
}
