package io.ferry.rest.openai;

import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import io.ferry.model.ServedModel;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.pipeline.ModelLookup;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.ErrorReply;
import io.ferry.rest.InferenceEndpoint;
import io.ferry.rest.Json;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** OpenAI's API, as far as it is about embeddings. */
@Path("/v1")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class OpenAiResource {

  private final InferenceEndpoint endpoint;
  private final InferencePipeline pipeline;
  private final ModelRepository repository;
  private final OpenAiProtocol protocol;

  OpenAiResource(
      InferenceEndpoint endpoint,
      InferencePipeline pipeline,
      ModelRepository repository,
      OpenAiProtocol protocol) {
    this.endpoint = endpoint;
    this.pipeline = pipeline;
    this.repository = repository;
    this.protocol = protocol;
  }

  /** Makes vectors of texts. */
  @POST
  @Path("/embeddings")
  @Consumes(MediaType.APPLICATION_JSON)
  // Described in META-INF/openapi.yaml, as is all that follows.
  @Operation(hidden = true)
  public Response embeddings(
      @Nullable InputStream body, @Context HttpHeaders headers, @Context RoutingContext exchange) {
    return endpoint.serve(protocol, body, headers, exchange, EmbeddingsCall::parse);
  }

  /** The models that serve now, of whichever task. */
  @GET
  @Path("/models")
  @Operation(hidden = true)
  public Response models() {
    return endpoint.answer(
        protocol,
        () -> {
          List<String> names =
              repository.models().stream()
                  .filter(it -> it.current().state() instanceof ModelState.Ready)
                  .map(ServedModel::name)
                  .toList();
          return Response.ok(Json.bytes(json -> ModelObject.writeAll(names, json))).build();
        });
  }

  /** One model, if it serves now. */
  @GET
  @Path("/models/{model}")
  @Operation(hidden = true)
  public Response model(@PathParam("model") String model) {
    return endpoint.answer(
        protocol,
        () ->
            switch (pipeline.describe(ModelChoice.of(Optional.of(model)))) {
              case ModelLookup.Found found ->
                  Response.ok(Json.bytes(json -> ModelObject.write(model, json))).build();
              case ModelLookup.Missing(Refused refused) ->
                  ErrorReply.of(refused.outcome()).response(protocol);
            });
  }

  /** What OpenAI has and Ferry has not. */
  @POST
  @Path(
      "/{call: (?:chat/|completions|responses|moderations|images/|audio/|files|uploads|batches"
          + "|fine_tuning/|vector_stores|assistants|threads).*}")
  @Operation(hidden = true)
  public Response others(@PathParam("call") String call) {
    return endpoint.answer(
        protocol,
        () -> {
          throw new UnfitException(
              Flaw.UNSUPPORTED,
              "Ferry runs models that read; of OpenAI's API it has /v1/embeddings and /v1/models,"
                  + " not /v1/"
                  + Quotation.clip(call));
        });
  }
}
