package io.ferry.device;

import io.ferry.batching.DeviceLoop;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.Parker;
import io.ferry.batching.ServingListener;
import io.ferry.batching.SystemTime;
import io.ferry.inference.ModelInput;
import io.ferry.model.Deployment;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelLoader;
import io.ferry.model.Warmup;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jboss.logging.Logger;

/**
 * What happens on a device's platform thread, from first to last: load, warm up, serve, drain,
 * close. Engines keep state per thread, so all of it happens on this one.
 */
final class DeviceThread implements Runnable {

  private static final Logger LOG = Logger.getLogger(DeviceThread.class);
  private static final Duration PAUSE_AFTER_BUG = Duration.ofMillis(100);
  private static final Duration CALM = Duration.ofSeconds(10);
  private static final int BUGS_BEFORE_GIVING_UP = 10;

  private final Deployment deployment;
  private final ModelLoader loader;
  private final SystemTime time;
  private final Heartbeat heartbeat;
  private final ServingListener listener;

  private final CountDownLatch started = new CountDownLatch(1);

  // Written by the device's thread, read by health.
  private volatile boolean ended;
  private volatile Optional<String> trouble = Optional.empty();

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

  /** Why nothing can run here any more, if so; only a new process helps. */
  Optional<String> trouble() {
    return trouble;
  }

  @Override
  public void run() {
    serveAll();
    started.countDown();
    ended = true;
  }

  private void serveAll() {
    try {
      try (LoadedModel model = load()) {
        List<ModelInput> knownGood = warmUp(model);
        deployment.ready(model);
        started.countDown();
        LOG.infof("Model %s is ready", deployment.name());
        serve(model, knownGood);
      }
      if (trouble.isEmpty()) {
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

  private List<ModelInput> warmUp(LoadedModel model) throws ModelLoadException {
    deployment.warmingUp();
    long start = time.nanos();
    new Warmup(time, heartbeat).run(model, deployment.policy());
    LOG.infof("Model %s is warm, %d ms", deployment.name(), (time.nanos() - start) / 1_000_000);
    return Warmup.knownGood(model);
  }

  /** Runs the loop until the queue is drained; a bug in our own code does not end the service. */
  private void serve(LoadedModel model, List<ModelInput> knownGood) {
    Parker lane = time.parkerOfCurrentThread();
    int bugs = 0;
    while (true) {
      long start = time.nanos();
      try {
        DeviceLoop loop =
            new DeviceLoop(
                deployment.queue(),
                model.lanes().getFirst(),
                knownGood,
                time,
                lane,
                heartbeat,
                listener);
        if (loop.run() == DeviceLoop.Ending.DEVICE_LOST) {
          trouble = Optional.of("the device is lost");
        }
        return;
      } catch (RuntimeException | Error bug) {
        heartbeat.stepEnds();
        LOG.error("A bug on the device's thread; its batch failed", bug);
        bugs = time.nanos() - start > CALM.toNanos() ? 1 : bugs + 1;
        if (bugs == BUGS_BEFORE_GIVING_UP) {
          giveUp();
          return;
        }
        lane.parkUntil(time.nanos() + PAUSE_AFTER_BUG.toNanos());
      }
    }
  }

  private void giveUp() {
    trouble = Optional.of("bugs in a row on the device's thread; the log has them");
    deployment.unavailable("the device's thread has given up");
    deployment.queue().abandon();
  }
}
