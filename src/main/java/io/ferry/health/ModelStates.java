package io.ferry.health;

import io.ferry.model.Deployment;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import io.ferry.model.ServedModel;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** Lists the models with their states, as a health check's data. */
final class ModelStates {

  private ModelStates() {}

  static HealthCheckResponseBuilder describe(String check, ModelRepository repository) {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(check);
    for (ServedModel model : repository.models()) {
      for (Deployment version : model.versions()) {
        boolean serving = version == model.current();
        String name = serving ? model.name() : model.name() + " version " + version.version();
        response.withData(name, describe(version.state()));
      }
    }
    return response;
  }

  private static String describe(ModelState state) {
    return state instanceof ModelState.Unavailable(String reason)
        ? state.label() + ": " + reason
        : state.label();
  }
}
