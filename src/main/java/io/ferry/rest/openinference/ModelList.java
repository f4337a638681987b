package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ferry.model.Deployment;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelSpec;
import io.ferry.model.ModelState;
import io.ferry.model.ServedModel;
import java.io.IOException;

/** Every model with its versions and the state that each is in: {@code GET /v2/models}. */
final class ModelList {

  private ModelList() {}

  static void write(ModelRepository repository, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("models");
    for (ServedModel model : repository.models()) {
      json.writeStartObject();
      json.writeStringField("name", model.name());
      json.writeBooleanField(
          "default", repository.defaultName().filter(model.name()::equals).isPresent());
      json.writeArrayFieldStart("versions");
      for (Deployment version : model.versions()) {
        write(version, version == model.current(), json);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(Deployment version, boolean serves, JsonGenerator json)
      throws IOException {
    // Read once: the loader's thread may change it at any moment.
    ModelState state = version.state();
    json.writeStartObject();
    json.writeStringField("version", version.version());
    json.writeBooleanField("current", serves);
    json.writeStringField("state", state.label());
    switch (state) {
      case ModelState.Unavailable(String reason) -> json.writeStringField("reason", reason);
      case ModelState.Ready(LoadedModel model) -> write(model.spec(), json);
      default -> {}
    }
    if (version.warmUp().isPresent()) {
      json.writeNumberField("warmup_ms", version.warmUp().get().toMillis());
    }
    json.writeEndObject();
  }

  private static void write(ModelSpec spec, JsonGenerator json) throws IOException {
    json.writeStringField("task", spec.task().label());
    json.writeStringField("platform", spec.platform());
    json.writeStringField("precision", spec.precision());
    json.writeNumberField("max_tokens", spec.maxTokens());
  }
}
