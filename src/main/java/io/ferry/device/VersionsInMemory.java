package io.ferry.device;

import io.ferry.batching.Flow;
import io.ferry.model.Deployment;
import io.ferry.model.ModelState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * The versions that are in memory, from before a lane may be in them until they are freed. That is
 * when their flow has ended, however long it takes: native memory that goes from under a lane takes
 * the process along. The loader's thread changes them; any thread reads.
 */
final class VersionsInMemory {

  private static final Logger LOG = Logger.getLogger(VersionsInMemory.class);

  private final Executor loader;
  private final Duration patience;
  private final Set<LiveVersion> all = ConcurrentHashMap.newKeySet();

  /**
   * None yet.
   *
   * @param loader runs on the loader's thread
   * @param patience how long {@link #free} waits
   */
  VersionsInMemory(Executor loader, Duration patience) {
    this.loader = loader;
    this.patience = patience;
  }

  /** A version whose flow is about to be served. */
  void add(LiveVersion version) {
    all.add(version);
  }

  /** The deployments of all of them. */
  List<Deployment> deployments() {
    return all.stream().map(LiveVersion::deployment).toList();
  }

  /**
   * Frees a version whose queue is closed, as soon as its flow has ended. Waits for that for a
   * while, so that what is loaded next finds the memory free.
   */
  void free(LiveVersion version) {
    if (ends(version.flow())) {
      close(version);
    } else {
      LOG.errorf(
          "Model %s, version %s, does not drain; it stays in memory until it has",
          version.deployment().name(), version.deployment().version());
      var _ = version.flow().ended().thenRunAsync(() -> close(version), loader);
    }
  }

  /** Frees what is left, when the lanes have ended. */
  void freeAll() {
    all.forEach(this::close);
  }

  private boolean ends(Flow flow) {
    try {
      flow.ended().get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException hangs) {
      return false;
    }
  }

  private void close(LiveVersion version) {
    if (!all.remove(version)) {
      return;
    }
    Deployment deployment = version.deployment();
    try {
      version.model().close();
    } catch (RuntimeException | Error bug) {
      LOG.errorf(
          bug, "Model %s, version %s, was not freed", deployment.name(), deployment.version());
    }
    deployment.stopped();
    if (deployment.state() instanceof ModelState.Stopped) {
      LOG.infof("Model %s, version %s, is stopped", deployment.name(), deployment.version());
    }
  }
}
