package io.ferry.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;

/**
 * One protocol over HTTP: which paths are its own, and how it says that something went wrong. A
 * protocol is a package with one such bean and its resources; nothing else knows of it.
 */
public interface Protocol {

  /** The name that metrics count it under, such as {@code process}. */
  String label();

  /** Whether a path of the application port is this protocol's. */
  boolean owns(String path);

  /** The method that one of its paths takes: HTTP asks for it in an answer of 405. */
  default String method(String path) {
    return HttpMethod.POST;
  }

  /** The status and type that this protocol's own servers give an error, where they differ. */
  default ErrorReply adapt(ErrorReply error) {
    return error;
  }

  /**
   * Writes the body of an error, which {@link #adapt} has gone over; Ferry's own form, unless the
   * protocol has another.
   *
   * @throws IOException if the generator cannot
   */
  default void write(ErrorReply error, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("error", error.message());
    json.writeStringField("error_type", error.type().label());
    json.writeEndObject();
  }
}
