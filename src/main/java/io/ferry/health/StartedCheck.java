package io.ferry.health;

import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started: every model has left Loading and WarmingUp, to whichever state. */
@Startup
@ApplicationScoped
public class StartedCheck implements HealthCheck {

  private final ModelRepository repository;

  StartedCheck(ModelRepository repository) {
    this.repository = repository;
  }

  @Override
  public HealthCheckResponse call() {
    boolean started =
        repository.models().stream()
            .map(model -> model.current().state())
            .noneMatch(
                state ->
                    state instanceof ModelState.Loading || state instanceof ModelState.WarmingUp);
    return ModelStates.describe("models started", repository).status(started).build();
  }
}
