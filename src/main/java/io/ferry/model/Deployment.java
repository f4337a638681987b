package io.ferry.model;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.RequestQueue;
import io.ferry.batching.ServingListener;
import java.time.Duration;
import java.util.Optional;

/**
 * One version of a model: its queue and the state it is in. The loader's thread moves the state,
 * and the lanes' threads when the model breaks or recovers; requests and health read it. A drain
 * may be asked for by any thread.
 */
public final class Deployment implements ServingListener {

  private final String name;
  private final String version;
  private final BatchPolicy policy;
  private final RequestLimits limits;
  private final RequestQueue queue;
  private volatile ModelState state = new ModelState.Loading();
  private volatile Optional<Duration> warmUp = Optional.empty();

  /** Set once, by {@link #ready}; a model that recovers becomes this one again. */
  private volatile Optional<LoadedModel> model = Optional.empty();

  /** A deployment that is about to load. */
  public Deployment(
      String name,
      String version,
      BatchPolicy policy,
      RequestLimits limits,
      DeviceScheduler scheduler) {
    this.name = name;
    this.version = version;
    this.policy = policy;
    this.limits = limits;
    this.queue = new RequestQueue(policy, scheduler);
  }

  /** The name that requests use. */
  public String name() {
    return name;
  }

  /** Of several versions the one this is. */
  public String version() {
    return version;
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

  /** How long the first passes took; empty until they are done. */
  public Optional<Duration> warmUp() {
    return warmUp;
  }

  /** The model is in memory and runs its first passes. */
  public synchronized void warmingUp() {
    if (state instanceof ModelState.Loading) {
      state = new ModelState.WarmingUp();
    }
  }

  /**
   * The model serves from now on. A drain that was asked for meanwhile stands.
   *
   * @param warmUpTook how long the first passes took
   */
  public synchronized void ready(LoadedModel loaded, Duration warmUpTook) {
    model = Optional.of(loaded);
    warmUp = Optional.of(warmUpTook);
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

  /** Takes nothing new; what waits is still served. */
  public void drain() {
    synchronized (this) {
      if (!(state instanceof ModelState.Stopped)) {
        state = new ModelState.Draining();
      }
    }
    queue.close();
  }

  /** The model has left memory. What was draining is over; what could not be loaded stays so. */
  public synchronized void stopped() {
    if (state instanceof ModelState.Draining) {
      state = new ModelState.Stopped();
    }
    model = Optional.empty();
  }
}
