package io.ferry.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.inject.Singleton;
import java.io.IOException;

/** {@code /process}: the article's endpoint, and Ferry's own. */
@Singleton
public class ProcessProtocol implements Protocol {

  @Override
  public String label() {
    return "process";
  }

  @Override
  public boolean owns(String path) {
    return path.equals("/process");
  }

  @Override
  public void write(ErrorReply error, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("error", error.message());
    json.writeStringField("error_type", error.type().label());
    json.writeEndObject();
  }
}
