package io.ferry.device;

import io.ferry.batching.Heartbeat;
import io.ferry.batching.ServingListener;
import io.ferry.batching.SystemTime;
import io.ferry.model.Deployment;
import io.ferry.model.ModelLoader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Owns the one platform thread of a device: starts it, watches it, drains it. Everything that
 * touches the engine happens on that thread, see {@link DeviceThread}.
 */
public final class GpuBatcher {

  private static final Logger LOG = Logger.getLogger(GpuBatcher.class);
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final Deployment deployment;
  private final Heartbeat heartbeat;
  private final Duration stallAfter;
  private final DeviceThread life;
  private final Thread thread;

  /**
   * A batcher that is not started.
   *
   * @param device the device's name, for logs
   * @param deployment the model it serves
   * @param loader where that model comes from
   * @param time real time
   * @param stallAfter how long a step may take before the device counts as hung
   * @param listener told of what happens while serving
   */
  public GpuBatcher(
      String device,
      Deployment deployment,
      ModelLoader loader,
      SystemTime time,
      Duration stallAfter,
      ServingListener listener) {
    this.deployment = deployment;
    this.heartbeat = new Heartbeat(time);
    this.stallAfter = stallAfter;
    ServingListener all =
        ServingListener.all(List.of(deployment, new ServingLog(deployment.name()), listener));
    this.life = new DeviceThread(deployment, loader, time, heartbeat, all);
    this.thread = Thread.ofPlatform().name("ferry-device-" + device).daemon().unstarted(life);
  }

  /** Starts the device's thread; returns at once, the model loads there. */
  public void start() {
    thread.start();
  }

  /**
   * Waits until the model has started, well or not.
   *
   * @param atMost then returns all the same
   */
  public void awaitStarted(Duration atMost) {
    try {
      if (!life.started().await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warnf("Model %s is still starting", deployment.name());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is wrong with the device's thread, for liveness; empty if nothing is. Idle is well. */
  public Optional<String> trouble() {
    if (life.trouble().isPresent()) {
      return life.trouble();
    }
    if (life.running() && !thread.isAlive()) {
      return Optional.of("the device's thread has died");
    }
    Duration age = heartbeat.stepAge();
    if (age.compareTo(stallAfter) > 0) {
      return Optional.of("the current step has been running for " + age.toSeconds() + " s");
    }
    return Optional.empty();
  }

  /** Takes no new request; those accepted are still served. Returns at once. */
  public void drain() {
    deployment.drain();
  }

  /**
   * Ends: waits for what is accepted, then for the model to leave memory.
   *
   * @param drain how long accepted requests may take; what is left then is rejected
   */
  public void stop(Duration drain) {
    deployment.drain();
    try {
      if (!thread.join(drain)) {
        LOG.warnf("Not drained after %d s; the rest is rejected", drain.toSeconds());
        deployment.queue().abandon();
        if (!thread.join(CLOSING)) {
          LOG.error("The device's thread hangs; its model stays in memory");
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
