package io.ferry.health;

import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import io.ferry.model.ServedModel;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready: the default model serves; with several models and no default, any of them. Lists every
 * model with its state. While the server shuts down, Quarkus's own check makes readiness fail from
 * the first moment on.
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
    boolean ready =
        repository.defaultName().isPresent()
            ? repository.defaultModel().filter(ReadyCheck::ready).isPresent()
            : repository.models().stream().anyMatch(ReadyCheck::ready);
    return ModelStates.describe("models ready", repository).status(ready).build();
  }

  private static boolean ready(ServedModel model) {
    return model.current().state() instanceof ModelState.Ready;
  }
}
