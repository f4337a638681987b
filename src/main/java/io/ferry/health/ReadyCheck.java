package io.ferry.health;

import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready: the default model serves. Lists every model with its state. While the server shuts down,
 * Quarkus's own check makes readiness fail from the first moment on.
 */
@Readiness
@ApplicationScoped
public class ReadyCheck implements HealthCheck {

  private final ModelRepository repository;

  ReadyCheck(ModelRepository repository) {
    this.repository = repository;
  }

  @Override
  public HealthCheckResponse call() {
    boolean ready = repository.defaultDeployment().state() instanceof ModelState.Ready;
    return ModelStates.describe("models ready", repository).status(ready).build();
  }
}
