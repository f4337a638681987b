package io.ferry.device;

import io.ferry.batching.DeviceLoop;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.Parker;
import io.ferry.batching.ServingListener;
import io.ferry.batching.SystemTime;
import io.ferry.inference.Encoding;
import io.ferry.model.Deployment;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelLoader;
import io.ferry.model.Warmup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jboss.logging.Logger;

/**
 * What happens on a device's platform thread, from first to last: load, warm up, serve, drain,
 * close. Engines keep state per thread, so all of it happens on this one.
 */
final class DeviceThread implements Runnable {

  private static final Logger LOG = Logger.getLogger(DeviceThread.class);
  private static final Duration PAUSE_AFTER_BUG = Duration.ofMillis(100);

  private final Deployment deployment;
  private final ModelLoader loader;
  private final SystemTime time;
  private final Heartbeat heartbeat;
  private final ServingListener listener;

  private final CountDownLatch started = new CountDownLatch(1);

  // Written by the device's thread, read by health.
  private volatile boolean ended;
  private volatile boolean deviceLost;

  /**
   * The life of one device.
   *
   * @param deployment whose queue it serves and whose state it moves
   * @param loader where the model comes from
   * @param heartbeat told of every step
   * @param listener told of what happens while serving; the deployment is among those it tells
   */
  DeviceThread(
      Deployment deployment,
      ModelLoader loader,
      SystemTime time,
      Heartbeat heartbeat,
      ServingListener listener) {
    this.deployment = deployment;
    this.loader = loader;
    this.time = time;
    this.heartbeat = heartbeat;
    this.listener = listener;
  }

  /** Opens when the model is ready, or will not be. */
  CountDownLatch started() {
    return started;
  }

  /** Whether the thread has work left: false once it ended in order. */
  boolean running() {
    return !ended;
  }

  /** Whether the device can run nothing any more. */
  boolean deviceLost() {
    return deviceLost;
  }

  @Override
  public void run() {
    serveAll();
    started.countDown();
    ended = true;
  }

  private void serveAll() {
    try {
      LoadedModel model = load();
      try (var instance = model.instance()) {
        List<Encoding> knownGood = warmUp(model);
        deployment.ready(model);
        started.countDown();
        LOG.infof("Model %s is ready", deployment.name());
        serve(model, knownGood);
      }
      if (!deviceLost) {
        deployment.stopped();
        LOG.infof("Model %s is stopped", deployment.name());
      }
    } catch (ModelLoadException failed) {
      LOG.errorf(failed, "Model %s did not start", deployment.name());
      listener.unavailable(failed.reason());
    }
  }

  private LoadedModel load() throws ModelLoadException {
    heartbeat.stepBegins();
    try {
      long start = time.nanos();
      LoadedModel model = loader.load();
      LOG.infof("Model %s is loaded, %d ms", deployment.name(), (time.nanos() - start) / 1_000_000);
      return model;
    } catch (RuntimeException | LinkageError bug) {
      throw new ModelLoadException("loading failed; the log has the cause", bug);
    } finally {
      heartbeat.stepEnds();
    }
  }

  private List<Encoding> warmUp(LoadedModel model) throws ModelLoadException {
    deployment.warmingUp();
    long start = time.nanos();
    new Warmup(time, heartbeat).run(model, deployment.policy());
    LOG.infof("Model %s is warm, %d ms", deployment.name(), (time.nanos() - start) / 1_000_000);
    return Warmup.knownGood(model);
  }

  /** Runs the loop until the queue is drained; a bug in our own code does not end the service. */
  private void serve(LoadedModel model, List<Encoding> knownGood) {
    Parker lane = time.parkerOfCurrentThread();
    while (true) {
      try {
        DeviceLoop loop =
            new DeviceLoop(
                deployment.queue(), model.instance(), knownGood, time, lane, heartbeat, listener);
        switch (loop.run()) {
          case DRAINED -> {
            return;
          }
          case DEVICE_LOST -> {
            deviceLost = true;
            return;
          }
        }
      } catch (RuntimeException | Error bug) {
        heartbeat.stepEnds();
        LOG.error("A bug on the device's thread; the batch failed, serving goes on", bug);
        lane.parkUntil(time.nanos() + PAUSE_AFTER_BUG.toNanos());
      }
    }
  }
}
