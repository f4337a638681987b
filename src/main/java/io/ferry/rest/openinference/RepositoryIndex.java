package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ferry.openinference.ModelIndex.Entry;
import java.io.IOException;
import java.util.List;

/** The models that there are to load: {@code POST /v2/repository/index}. */
final class RepositoryIndex {

  private RepositoryIndex() {}

  static void write(List<Entry> entries, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (Entry entry : entries) {
      json.writeStartObject();
      json.writeStringField("name", entry.name());
      json.writeStringField("version", entry.version());
      json.writeStringField("state", entry.state());
      json.writeStringField("reason", entry.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
