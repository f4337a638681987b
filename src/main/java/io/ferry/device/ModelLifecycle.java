package io.ferry.device;

import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.ServingListener;
import io.ferry.batching.SystemTime;
import io.ferry.model.Deployment;
import io.ferry.model.DeploymentSettings;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelSource;
import io.ferry.model.ModelSource.Available;
import io.ferry.model.ModelSource.Version;
import io.ferry.model.ModelState;
import io.ferry.model.ServedModel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Loads, replaces and unloads models while others serve. All of it happens on one thread, the
 * loader's, one thing after the other; of the devices' threads it asks only the first passes, a
 * pass at a time between the batches of the models that serve.
 *
 * <p>A new version takes over when it is warm: requests find it from that moment, and the old one
 * finishes what it had accepted before it leaves memory. A version that fails changes nothing.
 */
public final class ModelLifecycle {

  private static final Logger LOG = Logger.getLogger(ModelLifecycle.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ModelSource source;
  private final ModelRepository repository;
  private final DeviceScheduler scheduler;
  private final Function<String, DeploymentSettings> settings;
  private final Function<String, ServingListener> listeners;
  private final SystemTime time;
  private final ScheduledExecutorService loader =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("ferry-loader").daemon().factory());
  private final VersionsInMemory memory;
  private final VersionLoader versions;
  private final CountDownLatch started = new CountDownLatch(1);

  // Owned by the loader's thread.
  private final Map<String, LiveVersion> live = new HashMap<>();
  private final FolderWatch watch = new FolderWatch();

  private volatile boolean ending;

  /**
   * A lifecycle that has not begun.
   *
   * @param source where models come from
   * @param repository where requests find them
   * @param scheduler of the devices' lanes
   * @param settings of a model, by its name
   * @param listeners told of what happens while a model serves, by its name; asked for when it
   *     begins to load
   * @param time real time
   */
  public ModelLifecycle(
      ModelSource source,
      ModelRepository repository,
      DeviceScheduler scheduler,
      Function<String, DeploymentSettings> settings,
      Function<String, ServingListener> listeners,
      SystemTime time) {
    this(source, repository, scheduler, settings, listeners, time, PATIENCE);
  }

  ModelLifecycle(
      ModelSource source,
      ModelRepository repository,
      DeviceScheduler scheduler,
      Function<String, DeploymentSettings> settings,
      Function<String, ServingListener> listeners,
      SystemTime time,
      Duration patience) {
    this.source = source;
    this.repository = repository;
    this.scheduler = scheduler;
    this.settings = settings;
    this.time = time;
    this.memory = new VersionsInMemory(loader, patience);
    this.listeners = listeners;
    this.versions = new VersionLoader(source, scheduler, memory, settings, time);
  }

  // ---- what others ask for

  /** Shows the models there are, and begins to load them; returns at once. */
  public void start() {
    List<Available> models = source.list();
    for (Available model : models) {
      repository.add(new ServedModel(deployment(model.name(), model.versions().getFirst())));
    }
    loader.execute(
        () -> {
          models.forEach(this::load);
          started.countDown();
        });
  }

  /**
   * Waits until the models of the start have loaded, well or not.
   *
   * @param atMost then returns all the same
   */
  public void awaitStarted(Duration atMost) {
    try {
      if (!started.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn("Models are still loading");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Loads a model, or anew the highest version of one that serves. */
  public CompletableFuture<LoadResult> load(String name) {
    return onLoader(() -> source.find(name).map(this::load).orElseGet(LoadResult.Unknown::new));
  }

  /** Unloads a model; who was accepted is still served. */
  public CompletableFuture<LoadResult> unload(String name) {
    return onLoader(() -> unloadNow(name));
  }

  /** Looks for models that came, changed or went, now and then. */
  @SuppressWarnings("FutureReturnValueIgnored") // A look reports its own failures.
  public void watch(Duration interval) {
    loader.scheduleWithFixedDelay(
        this::look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Takes no new request; those accepted are still served, then the lanes end. Returns at once. */
  public void drain() {
    ending = true;
    everyVersion().forEach(Deployment::drain);
    scheduler.close();
  }

  /**
   * Ends, after {@link #drain}: waits for what is accepted, then for the models to leave memory.
   *
   * @param lanes that serve
   * @param atMost how long accepted requests may take; what is left then is rejected
   */
  public void stop(GpuBatcher lanes, Duration atMost) {
    drain();
    try {
      if (!lanes.join(time, time.nanos() + atMost.toNanos())) {
        LOG.warnf("Not drained after %d s; the rest is rejected", atMost.toSeconds());
        everyVersion().forEach(it -> it.queue().abandon());
        if (!lanes.join(time, time.nanos() + Duration.ofSeconds(10).toNanos())) {
          LOG.error("A device's thread hangs; its models stay in memory");
          return;
        }
      }
      loader.execute(memory::freeAll);
      loader.shutdown();
      if (!loader.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.error("A model is still loading; it stays in memory");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Those that requests find, and those that requests do not find any more. */
  private List<Deployment> everyVersion() {
    return Stream.concat(
            repository.models().stream().flatMap(it -> it.versions().stream()),
            memory.deployments().stream())
        .distinct()
        .toList();
  }

  private CompletableFuture<LoadResult> onLoader(java.util.function.Supplier<LoadResult> wish) {
    try {
      return CompletableFuture.supplyAsync(
          () -> ending ? new LoadResult.ShuttingDown() : wish.get(), loader);
    } catch (RejectedExecutionException ended) {
      return CompletableFuture.completedFuture(new LoadResult.ShuttingDown());
    }
  }

  // ---- on the loader's thread

  /** A bug with one model is no other's; and the loader's thread must not end. */
  private LoadResult load(Available found) {
    watch.seen(List.of(found));
    try {
      return loadHighest(found);
    } catch (RuntimeException | Error bug) {
      String reason = "loading failed; the log has the cause";
      LOG.errorf(bug, "Model %s cannot be loaded: a bug", found.name());
      if (!live.containsKey(found.name())) {
        repository.model(found.name()).ifPresent(it -> it.current().unavailable(reason));
      }
      return new LoadResult.Failed(reason);
    }
  }

  private LoadResult loadHighest(Available found) {
    Optional<Deployment> failed = Optional.empty();
    Optional<String> failure = Optional.empty();
    for (Version version : found.versions()) {
      if (ending) {
        return new LoadResult.ShuttingDown();
      }
      Deployment next = begin(found.name(), version);
      // Asked for before anything can go wrong: metrics show also what cannot be loaded.
      ServingListener listener = listeners.apply(found.name());
      try {
        if (found.flaw().isPresent()) {
          throw new ModelLoadException(found.flaw().get());
        }
        serve(versions.bring(next, listener, () -> othersServe(next)));
        if (failed.isEmpty()) {
          return new LoadResult.Loaded(version.number());
        }
        model(found.name()).show(failed.get());
        LOG.warnf("Model %s: version %s serves instead", found.name(), version.number());
        break;
      } catch (ModelLoadException broken) {
        if (ending) {
          return new LoadResult.ShuttingDown();
        }
        // The cause alone: where Ferry noticed it helps nobody to mend a folder.
        LOG.errorf(
            broken.getCause(),
            "Model %s, version %s, cannot serve: %s",
            found.name(),
            version.number(),
            broken.reason());
        next.unavailable(broken.reason());
        failed = failed.or(() -> Optional.of(next));
        failure = failure.or(() -> Optional.of(broken.reason()));
        if (live.containsKey(found.name())) {
          LOG.warnf("Model %s: what served before serves on", found.name());
          break;
        }
      }
    }
    return new LoadResult.Failed(failure.orElse("there is no version"));
  }

  /** The deployment of a version that is about to load, where requests and pages see it. */
  private Deployment begin(String name, Version version) {
    Deployment next = deployment(name, version);
    repository
        .model(name)
        .ifPresentOrElse(it -> it.show(next), () -> repository.add(new ServedModel(next)));
    if (ending) {
      // Who drains every version may have looked before.
      next.drain();
    }
    return next;
  }

  private Deployment deployment(String name, Version version) {
    DeploymentSettings its = settings.apply(name);
    return new Deployment(name, version.number(), its.policy(), its.limits(), scheduler);
  }

  private boolean othersServe(Deployment besides) {
    return everyVersion().stream()
        .anyMatch(it -> it != besides && it.state() instanceof ModelState.Ready);
  }

  private void serve(LiveVersion next) {
    Deployment deployment = next.deployment();
    Optional<LiveVersion> old = Optional.ofNullable(live.put(deployment.name(), next));
    model(deployment.name()).serve(deployment);
    LOG.infof("Model %s, version %s, is ready", deployment.name(), deployment.version());
    old.ifPresent(this::retire);
  }

  private ServedModel model(String name) {
    return repository.model(name).orElseThrow();
  }

  /** Lets a version finish what it has accepted, and frees it. */
  private void retire(LiveVersion old) {
    old.deployment().drain();
    memory.free(old);
  }

  private LoadResult unloadNow(String name) {
    Optional<ServedModel> known = repository.model(name);
    if (known.isEmpty()) {
      return new LoadResult.Unknown();
    }
    repository.remove(name);
    Optional.ofNullable(live.remove(name)).ifPresent(this::retire);
    return new LoadResult.Unloaded();
  }

  private void look() {
    try {
      if (!ending) {
        FolderWatch.Changes changes = watch.changes(source.list());
        changes.gone().forEach(this::unloadNow);
        changes.changed().forEach(this::load);
      }
    } catch (RuntimeException | Error failed) {
      // Thrown on, it would end the looking, for good and without a word.
      LOG.warn("The models' folder cannot be looked at", failed);
    }
  }
}
