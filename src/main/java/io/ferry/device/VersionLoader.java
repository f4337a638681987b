package io.ferry.device;

import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.Flow;
import io.ferry.batching.ServingListener;
import io.ferry.batching.Ticker;
import io.ferry.model.Deployment;
import io.ferry.model.DeploymentSettings;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelSource;
import io.ferry.model.Warmup;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Brings a version into memory, and lets the lanes warm it up. What fails concerns this version
 * alone, whatever it is, and leaves nothing in memory. Belongs to the loader's thread.
 */
final class VersionLoader {

  private static final Logger LOG = Logger.getLogger(VersionLoader.class);

  /** A version that is ready for its first passes. */
  private record Cold(LiveVersion version, Warmup warmup) {}

  private final ModelSource source;
  private final DeviceScheduler scheduler;
  private final VersionsInMemory memory;
  private final Function<String, DeploymentSettings> settings;
  private final Ticker ticker;

  /**
   * A loader.
   *
   * @param source where models come from
   * @param scheduler of the lanes
   * @param memory what there is; the version is there from before its first pass
   * @param settings of a model, by its name
   */
  VersionLoader(
      ModelSource source,
      DeviceScheduler scheduler,
      VersionsInMemory memory,
      Function<String, DeploymentSettings> settings,
      Ticker ticker) {
    this.source = source;
    this.scheduler = scheduler;
    this.memory = memory;
    this.settings = settings;
    this.ticker = ticker;
  }

  /**
   * Reads a version and warms it up: its deployment is ready then.
   *
   * @param next as requests see it
   * @param listener told of what happens while it serves
   * @param othersServe whether other models serve now
   * @throws ModelLoadException if it cannot serve
   */
  LiveVersion bring(Deployment next, ServingListener listener, BooleanSupplier othersServe)
      throws ModelLoadException {
    try {
      long start = ticker.nanos();
      LoadedModel model = source.load(next.name(), next.version());
      LOG.infof("Model %s is loaded, %d ms", next.name(), millisSince(start));
      next.warmingUp();
      return warm(prepared(next, model, listener, othersServe));
    } catch (OutOfMemoryError error) {
      throw new ModelLoadException("there is too little memory to load it", error);
    } catch (RuntimeException | Error bug) {
      throw new ModelLoadException("loading failed; the log has the cause", bug);
    }
  }

  private Cold prepared(
      Deployment next, LoadedModel model, ServingListener listener, BooleanSupplier othersServe)
      throws ModelLoadException {
    try {
      DeploymentSettings its = settings.apply(next.name());
      Warmup warmup = new Warmup(model, its.policy(), its.warmup(), ticker, othersServe);
      ServingListener all =
          ServingListener.all(List.of(next, new ServingLog(next.name()), listener));
      Flow flow = new Flow(next.queue(), model.lanes(), List.of(warmup.example()), ticker, all);
      return new Cold(new LiveVersion(next, flow, model), warmup);
    } catch (ModelLoadException | RuntimeException | Error failed) {
      // No lane has seen it.
      model.close();
      throw failed;
    }
  }

  private LiveVersion warm(Cold cold) throws ModelLoadException {
    LiveVersion version = cold.version();
    Deployment deployment = version.deployment();
    memory.add(version);
    long start = ticker.nanos();
    scheduler.add(version.flow(), cold.warmup().lanes());
    Optional<ModelLoadException> failure = outcome(cold.warmup(), version.flow());
    if (failure.isPresent()) {
      deployment.queue().close();
      memory.free(version);
      throw failure.get();
    }
    LOG.infof("Model %s is warm, %d ms", deployment.name(), millisSince(start));
    deployment.ready(version.model(), Duration.ofNanos(ticker.nanos() - start));
    return version;
  }

  /** A device that is lost, or a server that shuts down, ends the flow before it is warm. */
  private static Optional<ModelLoadException> outcome(Warmup warmup, Flow flow) {
    CompletableFuture.anyOf(warmup.done(), flow.ended()).join();
    // Both may have come to an end: a model that is warm on a device that is lost serves nobody.
    return flow.ended().isDone()
        ? Optional.of(new ModelLoadException("the server or its device is going down"))
        : warmup.done().join();
  }

  private long millisSince(long start) {
    return (ticker.nanos() - start) / 1_000_000;
  }
}
