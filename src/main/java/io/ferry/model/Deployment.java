package io.ferry.model;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.RequestQueue;
import io.ferry.batching.ServingListener;
import io.ferry.batching.Ticker;
import java.util.Optional;

/**
 * One served model: its name, its queue and the state it is in. The device's thread moves the
 * state; requests and health read it. A drain may be asked for by any thread.
 */
public final class Deployment implements ServingListener {

  private final String name;
  private final BatchPolicy policy;
  private final RequestLimits limits;
  private final RequestQueue queue;
  private volatile ModelState state = new ModelState.Loading();

  /** Set once, by {@link #ready}; a model that recovers becomes this one again. */
  private volatile Optional<LoadedModel> model = Optional.empty();

  /** A deployment that is about to load. */
  public Deployment(String name, BatchPolicy policy, RequestLimits limits, Ticker ticker) {
    this.name = name;
    this.policy = policy;
    this.limits = limits;
    this.queue = new RequestQueue(policy, ticker);
  }

  /** The name that requests use. */
  public String name() {
    return name;
  }

  /** The limits of batches and queue. */
  public BatchPolicy policy() {
    return policy;
  }

  /** The limits of a request. */
  public RequestLimits limits() {
    return limits;
  }

  /** Where the rows wait. */
  public RequestQueue queue() {
    return queue;
  }

  /** The state now. */
  public ModelState state() {
    return state;
  }

  /** The model is in memory and runs its first passes. */
  public synchronized void warmingUp() {
    if (state instanceof ModelState.Loading) {
      state = new ModelState.WarmingUp();
    }
  }

  /** The model serves from now on. A drain that was asked for meanwhile stands. */
  public synchronized void ready(LoadedModel loaded) {
    model = Optional.of(loaded);
    available();
  }

  @Override
  public synchronized void available() {
    if (!ending()) {
      model.ifPresent(loaded -> state = new ModelState.Ready(loaded));
    }
  }

  @Override
  public synchronized void unavailable(String reason) {
    if (!ending()) {
      state = new ModelState.Unavailable(reason);
    }
  }

  private boolean ending() {
    return state instanceof ModelState.Draining || state instanceof ModelState.Stopped;
  }

  /** Takes nothing new; what waits is still served, then the lanes end. */
  public void drain() {
    synchronized (this) {
      if (!(state instanceof ModelState.Stopped)) {
        state = new ModelState.Draining();
      }
    }
    queue.close();
  }

  /** The model has left memory. */
  public synchronized void stopped() {
    state = new ModelState.Stopped();
  }
}
