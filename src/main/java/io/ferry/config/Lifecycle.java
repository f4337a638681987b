package io.ferry.config;

import io.ferry.batching.Parker;
import io.ferry.batching.SystemTime;
import io.ferry.device.GpuBatcher;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Start and end of the server. On SIGTERM Quarkus first fails readiness and waits for the grace
 * period; nothing tells of its end, so a timer of ours closes the queue then. Quarkus waits for the
 * requests that are left, and at last the device's thread ends.
 */
@ApplicationScoped
public class Lifecycle {

  private final GpuBatcher batcher;
  private final Settings settings;
  private final SystemTime time;

  Lifecycle(GpuBatcher batcher, Settings settings, SystemTime time) {
    this.batcher = batcher;
    this.settings = settings;
    this.time = time;
  }

  void start(@Observes StartupEvent event) {
    batcher.start();
  }

  void grace(@Observes ShutdownDelayInitiatedEvent event) {
    long end = time.nanos() + settings.shutdown().grace().toNanos();
    Thread.ofVirtual()
        .name("ferry-grace")
        .start(
            () -> {
              Parker parker = time.parkerOfCurrentThread();
              while (time.nanos() < end) {
                parker.parkUntil(end);
              }
              batcher.drain();
            });
  }

  void stop(@Observes ShutdownEvent event) {
    batcher.stop(settings.shutdown().drain());
  }
}
