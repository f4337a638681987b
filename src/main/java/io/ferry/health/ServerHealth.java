package io.ferry.health;

import io.ferry.device.GpuBatcher;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import io.ferry.model.ServedModel;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * The same as the management port says, for protocols that have a word for it. A server that loads
 * is live and not ready: restarting it would not help.
 */
@ApplicationScoped
public class ServerHealth {

  private final GpuBatcher batcher;
  private final ModelRepository repository;
  private volatile boolean shuttingDown;

  ServerHealth(GpuBatcher batcher, ModelRepository repository) {
    this.batcher = batcher;
    this.repository = repository;
  }

  void shutsDown(@Observes ShutdownDelayInitiatedEvent event) {
    shuttingDown = true;
  }

  /** Whether the device's threads are alive and at work. */
  public boolean live() {
    return batcher.trouble().isEmpty();
  }

  /**
   * Whether the default model serves, or with several models and no default, any of them; and the
   * server is not shutting down.
   */
  public boolean ready() {
    return !shuttingDown
        && (repository.defaultName().isPresent()
            ? repository.defaultModel().filter(ServerHealth::ready).isPresent()
            : repository.models().stream().anyMatch(ServerHealth::ready));
  }

  private static boolean ready(ServedModel model) {
    return model.current().state() instanceof ModelState.Ready;
  }
}
