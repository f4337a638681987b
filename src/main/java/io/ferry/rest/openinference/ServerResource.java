package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ferry.health.ServerHealth;
import io.ferry.openinference.ServerMetadata;
import io.ferry.rest.InferenceEndpoint;
import io.ferry.rest.Json;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The server itself: what it is, and whether it lives and serves. */
@Path("/v2")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class ServerResource {

  /** Which gRPC has not, because it needs no extension for it. */
  private static final String BINARY = "binary_tensor_data";

  private final ServerHealth health;
  private final ServerMetadata server;
  private final InferenceEndpoint endpoint;
  private final OpenInferenceProtocol protocol;

  ServerResource(
      ServerHealth health,
      ServerMetadata server,
      InferenceEndpoint endpoint,
      OpenInferenceProtocol protocol) {
    this.health = health;
    this.server = server;
    this.endpoint = endpoint;
    this.protocol = protocol;
  }

  /** Its name, its version, and the extensions that it has. */
  @GET
  // Described in META-INF/openapi.yaml, as is what follows.
  @Operation(hidden = true)
  public Response describe() {
    return endpoint.answer(protocol, () -> Response.ok(Json.bytes(this::write)).build());
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", server.name());
    json.writeStringField("version", server.version());
    json.writeArrayFieldStart("extensions");
    json.writeString(BINARY);
    for (String extension : ServerMetadata.EXTENSIONS) {
      json.writeString(extension);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Whether restarting would help: 503 if so. */
  @GET
  @Path("/health/live")
  @Operation(hidden = true)
  public Response live() {
    return endpoint.answer(protocol, () -> says("live", health.live()));
  }

  /** Whether requests should be sent here: 503 if not. */
  @GET
  @Path("/health/ready")
  @Operation(hidden = true)
  public Response ready() {
    return endpoint.answer(protocol, () -> says("ready", health.ready()));
  }

  private static Response says(String what, boolean so) {
    return Response.status(so ? 200 : 503)
        .entity(
            Json.bytes(
                json -> {
                  json.writeStartObject();
                  json.writeBooleanField(what, so);
                  json.writeEndObject();
                }))
        .build();
  }
}
