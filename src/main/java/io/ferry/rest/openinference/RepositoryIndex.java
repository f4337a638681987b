package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ferry.model.Deployment;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelSource.Available;
import io.ferry.model.ModelSource.Version;
import io.ferry.model.ModelState;
import io.ferry.model.ServedModel;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The models that there are to load, and what has become of them, in the states of Triton's model
 * repository extension: {@code POST /v2/repository/index}.
 */
final class RepositoryIndex {

  private RepositoryIndex() {}

  /**
   * Writes the index.
   *
   * @param onlyReady leaves out what cannot serve now
   */
  static void write(
      List<Available> models, ModelRepository repository, boolean onlyReady, JsonGenerator json)
      throws IOException {
    json.writeStartArray();
    for (Available model : models) {
      Optional<ServedModel> served = repository.model(model.name());
      for (Version version : model.versions()) {
        Optional<Deployment> deployment =
            served.flatMap(
                it ->
                    it.versions().stream()
                        .filter(its -> its.version().equals(version.number()))
                        .findFirst());
        boolean ready = deployment.filter(it -> it.state() instanceof ModelState.Ready).isPresent();
        if (ready || !onlyReady) {
          json.writeStartObject();
          json.writeStringField("name", model.name());
          json.writeStringField("version", version.number());
          json.writeStringField(
              "state", deployment.map(RepositoryIndex::state).orElse("UNAVAILABLE"));
          json.writeStringField(
              "reason", deployment.map(RepositoryIndex::reason).orElse("not loaded"));
          json.writeEndObject();
        }
      }
    }
    json.writeEndArray();
  }

  private static String state(Deployment deployment) {
    return switch (deployment.state()) {
      case ModelState.Loading(), ModelState.WarmingUp() -> "LOADING";
      case ModelState.Ready ready -> "READY";
      case ModelState.Draining() -> "UNLOADING";
      case ModelState.Stopped() -> "UNAVAILABLE";
      case ModelState.Unavailable unavailable -> "UNAVAILABLE";
    };
  }

  private static String reason(Deployment deployment) {
    return deployment.state() instanceof ModelState.Unavailable(String reason) ? reason : "";
  }
}
