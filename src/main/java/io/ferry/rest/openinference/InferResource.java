package io.ferry.rest.openinference;

import io.ferry.inference.ModelChoice;
import io.ferry.rest.InferenceEndpoint;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Tensors in, tensors out: {@code POST /v2/models/{model}/infer}. */
@Path("/v2")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.APPLICATION_OCTET_STREAM})
@Produces({MediaType.APPLICATION_JSON, MediaType.APPLICATION_OCTET_STREAM})
public class InferResource {

  private final InferenceEndpoint endpoint;
  private final OpenInferenceProtocol protocol;

  InferResource(InferenceEndpoint endpoint, OpenInferenceProtocol protocol) {
    this.endpoint = endpoint;
    this.protocol = protocol;
  }

  /** By whichever version serves. */
  @POST
  @Path("/models/{model}/infer")
  // Described in META-INF/openapi.yaml, as is what follows.
  @Operation(hidden = true)
  public Response infer(
      @PathParam("model") String model,
      @Nullable InputStream body,
      @Context HttpHeaders headers,
      @Context RoutingContext exchange) {
    return infer(ModelChoice.of(Optional.of(model)), body, headers, exchange);
  }

  /** By this version alone. */
  @POST
  @Path("/models/{model}/versions/{version}/infer")
  @Operation(hidden = true)
  public Response infer(
      @PathParam("model") String model,
      @PathParam("version") String version,
      @Nullable InputStream body,
      @Context HttpHeaders headers,
      @Context RoutingContext exchange) {
    return infer(
        new ModelChoice(Optional.of(model), Optional.of(version)), body, headers, exchange);
  }

  private Response infer(
      ModelChoice model, @Nullable InputStream body, HttpHeaders headers, RoutingContext exchange) {
    return endpoint.serve(
        protocol,
        body,
        headers,
        exchange,
        bytes ->
            new InferCall(
                InferBody.read(bytes, headers.getHeaderString(InferBody.HEADER_LENGTH), model)));
  }
}
