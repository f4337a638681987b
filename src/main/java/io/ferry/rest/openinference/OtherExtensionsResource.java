package io.ferry.rest.openinference;

import io.ferry.inference.Outcome.Flaw;
import io.ferry.openinference.MissingExtensions;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.InferenceEndpoint;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The paths of those of Triton's extensions that Ferry has not: 501, with what to do instead. */
@Path("/v2")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class OtherExtensionsResource {

  private static final String OF_THE_SERVER =
      "/{call: logging|trace/setting|(?:system|cuda)sharedmemory/.+}";
  private static final String OF_A_MODEL =
      "/models/{model}/{version: (?:versions/[^/]+/)?}{call: trace/setting|generate(?:_stream)?}";

  private final InferenceEndpoint endpoint;
  private final OpenInferenceProtocol protocol;

  OtherExtensionsResource(InferenceEndpoint endpoint, OpenInferenceProtocol protocol) {
    this.endpoint = endpoint;
    this.protocol = protocol;
  }

  /** Asks the server. */
  @GET
  @Path(OF_THE_SERVER)
  @Operation(hidden = true)
  public Response asked(@PathParam("call") String call) {
    return refusal(call);
  }

  /** Tells the server. */
  @POST
  @Path(OF_THE_SERVER)
  @Operation(hidden = true)
  public Response told(@PathParam("call") String call) {
    return refusal(call);
  }

  /** Asks a model. */
  @GET
  @Path(OF_A_MODEL)
  @Operation(hidden = true)
  public Response modelAsked(@PathParam("call") String call) {
    return refusal(call);
  }

  /** Tells a model. */
  @POST
  @Path(OF_A_MODEL)
  @Operation(hidden = true)
  public Response modelTold(@PathParam("call") String call) {
    return refusal(call);
  }

  private Response refusal(String call) {
    return endpoint.answer(
        protocol,
        () -> {
          throw new UnfitException(
              Flaw.UNSUPPORTED,
              switch (call) {
                case "logging" -> MissingExtensions.LOG_SETTINGS;
                case "trace/setting" -> MissingExtensions.TRACE_SETTINGS;
                case "generate", "generate_stream" ->
                    "Ferry generates no text; send tensors to /infer";
                default -> MissingExtensions.SHARED_MEMORY;
              });
        });
  }
}
