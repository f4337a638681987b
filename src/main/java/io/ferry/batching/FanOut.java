package io.ferry.batching;

import java.util.List;

/** Tells several listeners the same. */
record FanOut(List<ServingListener> listeners) implements ServingListener {

  FanOut {
    listeners = List.copyOf(listeners);
  }

  @Override
  public void passEnded(int lane, long nanos) {
    listeners.forEach(listener -> listener.passEnded(lane, nanos));
  }

  @Override
  public void passServed(Batch batch, long nanos) {
    listeners.forEach(listener -> listener.passServed(batch, nanos));
  }

  @Override
  public void rowDequeued(long queueNanos) {
    listeners.forEach(listener -> listener.rowDequeued(queueNanos));
  }

  @Override
  public void passFailed(int rows, Throwable cause) {
    listeners.forEach(listener -> listener.passFailed(rows, cause));
  }

  @Override
  public void rowFailed(String id, Throwable cause) {
    listeners.forEach(listener -> listener.rowFailed(id, cause));
  }

  @Override
  public void unavailable(String reason) {
    listeners.forEach(listener -> listener.unavailable(reason));
  }

  @Override
  public void available() {
    listeners.forEach(ServingListener::available);
  }
}
