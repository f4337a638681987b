package io.ferry.health;

import io.ferry.model.Deployment;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** Lists the models with their states, as a health check's data. */
final class ModelStates {

  private ModelStates() {}

  static HealthCheckResponseBuilder describe(String check, ModelRepository repository) {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(check);
    for (Deployment deployment : repository.deployments()) {
      response.withData(deployment.name(), describe(deployment.state()));
    }
    return response;
  }

  private static String describe(ModelState state) {
    return state instanceof ModelState.Unavailable(String reason)
        ? state.label() + ": " + reason
        : state.label();
  }
}
