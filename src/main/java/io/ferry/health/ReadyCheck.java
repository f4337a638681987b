package io.ferry.health;

import io.ferry.model.ModelRepository;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready, as {@link ServerHealth} says. Lists every model with its state. */
@Readiness
@ApplicationScoped
public class ReadyCheck implements HealthCheck {

  private final ModelRepository repository;
  private final ServerHealth health;

  ReadyCheck(ModelRepository repository, ServerHealth health) {
    this.repository = repository;
    this.health = health;
  }

  @Override
  public HealthCheckResponse call() {
    return ModelStates.describe("models ready", repository).status(health.ready()).build();
  }
}
