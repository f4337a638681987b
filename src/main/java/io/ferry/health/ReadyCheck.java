package io.ferry.health;

import io.ferry.model.ModelRepository;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready, as {@link ServerHealth} says. Lists every model with its state, and a default that is not
 * there.
 */
@Readiness
@ApplicationScoped
public class ReadyCheck implements HealthCheck {

  private static final String NO_DEFAULT = "there is no such model; ferry.models.default names it";

  private final ModelRepository repository;
  private final ServerHealth health;

  ReadyCheck(ModelRepository repository, ServerHealth health) {
    this.repository = repository;
    this.health = health;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = ModelStates.describe("models ready", repository);
    if (repository.defaultModel().isEmpty()) {
      repository.defaultName().ifPresent(name -> response.withData(name, NO_DEFAULT));
    }
    return response.status(health.ready()).build();
  }
}
