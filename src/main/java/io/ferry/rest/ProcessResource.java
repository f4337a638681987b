package io.ferry.rest;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** {@code POST /process}: what a model takes in, its answers out. */
@Path("/process")
@RunOnVirtualThread
public class ProcessResource {

  private final InferenceEndpoint endpoint;
  private final ProcessProtocol protocol;

  ProcessResource(InferenceEndpoint endpoint, ProcessProtocol protocol) {
    this.endpoint = endpoint;
    this.protocol = protocol;
  }

  /** Serves one request. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  // Described in META-INF/openapi.yaml: bodies and answers are no Java types that can be read off.
  @Operation(hidden = true)
  public Response process(
      @Nullable InputStream body, @Context HttpHeaders headers, @Context RoutingContext exchange) {
    return endpoint.serve(protocol, body, headers, exchange, ProcessCall::parse);
  }
}
