package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ferry.rest.ErrorReply;
import io.ferry.rest.Protocol;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;

/** The Open Inference Protocol v2 (KServe, Triton): everything below {@code /v2}. */
@Singleton
public class OpenInferenceProtocol implements Protocol {

  private static final String ROOT = "/v2";

  @Override
  public String label() {
    return "openinference";
  }

  @Override
  public boolean owns(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  @Override
  public String method(String path) {
    return path.endsWith("/infer") || path.startsWith(ROOT + "/repository/")
        ? HttpMethod.POST
        : HttpMethod.GET;
  }

  /** The protocol knows one status for everything that is wrong with a request. */
  @Override
  public ErrorReply adapt(ErrorReply error) {
    return switch (error.status()) {
      case 422 -> error.withStatus(400);
      case 424 -> error.withStatus(500);
      default -> error;
    };
  }

  @Override
  public void write(ErrorReply error, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("error", error.message());
    json.writeEndObject();
  }
}
