package io.ferry.rest.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** A model as OpenAI's API shows it. */
final class ModelObject {

  /** When the model was made, which nobody here knows. */
  private static final long UNKNOWN_TIME = 0;

  private ModelObject() {}

  static void write(String name, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", name);
    json.writeStringField("object", "model");
    json.writeNumberField("created", UNKNOWN_TIME);
    json.writeStringField("owned_by", "ferry");
    json.writeEndObject();
  }

  static void writeAll(Iterable<String> names, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "list");
    json.writeArrayFieldStart("data");
    for (String name : names) {
      write(name, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
