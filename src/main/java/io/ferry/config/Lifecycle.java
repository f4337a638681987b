package io.ferry.config;

import io.ferry.batching.Parker;
import io.ferry.batching.SystemTime;
import io.ferry.device.GpuBatcher;
import io.ferry.device.ModelLifecycle;
import io.ferry.grpc.OpenCalls;
import io.quarkus.grpc.runtime.GrpcServer;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/**
 * Start and end of the server. On SIGTERM Quarkus first fails readiness and waits for the grace
 * period; nothing tells of its end, so a timer of ours closes the queue then. Quarkus waits for the
 * requests that are left, and at last the device's thread ends.
 */
@ApplicationScoped
public class Lifecycle {

  private static final Logger LOG = Logger.getLogger(Lifecycle.class);

  /** Sending what is answered already takes no longer. */
  private static final Duration SENDING = Duration.ofSeconds(5);

  private static final Duration DEVELOPERS_PATIENCE = Duration.ofMinutes(1);

  private final GpuBatcher batcher;
  private final ModelLifecycle models;
  private final GrpcServer grpc;
  private final OpenCalls grpcCalls;
  private final Settings settings;
  private final SystemTime time;

  /** When accepted requests must be done, once a shutdown is announced. */
  private volatile OptionalLong end = OptionalLong.empty();

  Lifecycle(
      GpuBatcher batcher,
      ModelLifecycle models,
      GrpcServer grpc,
      OpenCalls grpcCalls,
      Settings settings,
      SystemTime time) {
    this.batcher = batcher;
    this.models = models;
    this.grpc = grpc;
    this.grpcCalls = grpcCalls;
    this.settings = settings;
    this.time = time;
  }

  void start(@Observes StartupEvent event) {
    if (LaunchMode.current() == LaunchMode.NORMAL) {
      grpcListens();
    }
    batcher.start();
    models.start();
    settings.pollInterval().ifPresent(models::watch);
    if (LaunchMode.current() != LaunchMode.NORMAL) {
      // A developer's first request, and a test's, come as soon as the port is open.
      models.awaitStarted(DEVELOPERS_PATIENCE);
    }
  }

  /** Quarkus would serve on without it. */
  private void grpcListens() {
    if (grpc.getPort() < 0) {
      throw new ConfigurationException(
          "gRPC does not listen on port %d (%s); the lines before this one say why"
              .formatted(settings.grpcPort(), Key.GRPC_PORT.property()));
    }
    LOG.infof("gRPC listens on port %d", grpc.getPort());
  }

  void grace(@Observes ShutdownDelayInitiatedEvent event) {
    long graceEnd = time.nanos() + settings.shutdown().grace().toNanos();
    end = OptionalLong.of(graceEnd + settings.shutdown().drain().toNanos());
    Thread.ofVirtual()
        .name("ferry-grace")
        .start(
            () -> {
              Parker parker = time.parkerOfCurrentThread();
              while (time.nanos() < graceEnd) {
                parker.parkUntil(graceEnd);
              }
              models.drain();
            });
  }

  void stop(@Observes ShutdownEvent event) {
    // Quarkus has waited for requests already; what it used up of the drain is not given again.
    models.stop(
        batcher,
        end.isPresent()
            ? Duration.ofNanos(Math.max(0, end.getAsLong() - time.nanos()))
            : settings.shutdown().drain());
    // Of calls over gRPC Quarkus knows nothing.
    int unsent = grpcCalls.awaitNone(SENDING);
    if (unsent > 0) {
      LOG.warnf("%d calls over gRPC end without their answer", unsent);
    }
  }
}
