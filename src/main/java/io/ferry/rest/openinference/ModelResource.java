package io.ferry.rest.openinference;

import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome;
import io.ferry.model.Deployment;
import io.ferry.model.ModelRepository;
import io.ferry.model.ServedModel;
import io.ferry.openinference.ModelMetadata;
import io.ferry.openinference.Statistics;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.pipeline.ModelLookup;
import io.ferry.rest.ErrorReply;
import io.ferry.rest.InferenceEndpoint;
import io.ferry.rest.Json;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * What there is to know of a model: what it takes and gives, whether it serves, what it has done,
 * and how it is set up. Each for whichever version serves, and for one version alone.
 */
@Path("/v2")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class ModelResource {

  private final InferencePipeline pipeline;
  private final ModelRepository repository;
  private final Statistics statistics;
  private final InferenceEndpoint endpoint;
  private final OpenInferenceProtocol protocol;

  ModelResource(
      InferencePipeline pipeline,
      ModelRepository repository,
      Statistics statistics,
      InferenceEndpoint endpoint,
      OpenInferenceProtocol protocol) {
    this.pipeline = pipeline;
    this.repository = repository;
    this.statistics = statistics;
    this.endpoint = endpoint;
    this.protocol = protocol;
  }

  // ---- what it takes and gives

  /** What it takes and gives. */
  @GET
  @Path("/models/{model}")
  // Described in META-INF/openapi.yaml, as is all that follows.
  @Operation(hidden = true)
  public Response metadata(@PathParam("model") String model) {
    return metadata(served(model));
  }

  /** What a version takes and gives. */
  @GET
  @Path("/models/{model}/versions/{version}")
  @Operation(hidden = true)
  public Response metadata(@PathParam("model") String model, @PathParam("version") String version) {
    return metadata(served(model, version));
  }

  private Response metadata(ModelChoice choice) {
    return ofServing(
        choice, found -> Json.bytes(new ModelJson(ModelMetadata.of(found.model()))::metadata));
  }

  // ---- whether it serves

  /** Whether it serves: 503 if not. */
  @GET
  @Path("/models/{model}/ready")
  @Operation(hidden = true)
  public Response ready(@PathParam("model") String model) {
    return ready(model, served(model));
  }

  /** Whether a version serves: 503 if not. */
  @GET
  @Path("/models/{model}/versions/{version}/ready")
  @Operation(hidden = true)
  public Response ready(@PathParam("model") String model, @PathParam("version") String version) {
    return ready(model, served(model, version));
  }

  private Response ready(String model, ModelChoice choice) {
    return endpoint.answer(
        protocol,
        () ->
            switch (pipeline.describe(choice)) {
              case ModelLookup.Found found -> ready(model, true);
              case ModelLookup.Missing(Refused(Outcome.Rejected notNow, var row)) ->
                  ready(model, false);
              case ModelLookup.Missing(Refused refused) ->
                  ErrorReply.of(refused.outcome()).response(protocol);
            });
  }

  private static Response ready(String model, boolean ready) {
    return Response.status(ready ? 200 : 503)
        .entity(
            Json.bytes(
                json -> {
                  json.writeStartObject();
                  json.writeStringField("name", model);
                  json.writeBooleanField("ready", ready);
                  json.writeEndObject();
                }))
        .build();
  }

  // ---- what it has done

  /** What all models have done. */
  @GET
  @Path("/models/stats")
  @Operation(hidden = true)
  public Response statistics() {
    return endpoint.answer(protocol, () -> statistics(List.copyOf(repository.models())));
  }

  /** What it has done. */
  @GET
  @Path("/models/{model}/stats")
  @Operation(hidden = true)
  public Response statistics(@PathParam("model") String model) {
    return statistics(served(model));
  }

  /** What it has done, if this version serves. */
  @GET
  @Path("/models/{model}/versions/{version}/stats")
  @Operation(hidden = true)
  public Response statistics(
      @PathParam("model") String model, @PathParam("version") String version) {
    return statistics(served(model, version));
  }

  private Response statistics(ModelChoice choice) {
    return endpoint.answer(
        protocol,
        () -> {
          Optional<ServedModel> model = choice.name().flatMap(repository::model);
          // What it did counts also while it does not serve.
          return pipeline.describe(choice)
                      instanceof ModelLookup.Missing(Refused(Outcome why, var row))
                  && (model.isEmpty() || !(why instanceof Outcome.Rejected))
              ? ErrorReply.of(why).response(protocol)
              : statistics(model.stream().toList());
        });
  }

  private Response statistics(List<ServedModel> models) {
    return Response.ok(Json.bytes(json -> StatisticsJson.write(models, statistics, json))).build();
  }

  // ---- how it is set up

  /** How it is set up. */
  @GET
  @Path("/models/{model}/config")
  @Operation(hidden = true)
  public Response config(@PathParam("model") String model) {
    return config(served(model));
  }

  /** How a version is set up. */
  @GET
  @Path("/models/{model}/versions/{version}/config")
  @Operation(hidden = true)
  public Response config(@PathParam("model") String model, @PathParam("version") String version) {
    return config(served(model, version));
  }

  private Response config(ModelChoice choice) {
    return ofServing(
        choice,
        found -> {
          ModelJson model = new ModelJson(ModelMetadata.of(found.model()));
          Deployment its = found.deployment();
          return Json.bytes(json -> model.config(its.policy(), its.limits(), json));
        });
  }

  // ---- what they share

  private static ModelChoice served(String model) {
    return ModelChoice.of(Optional.of(model));
  }

  private static ModelChoice served(String model, String version) {
    return new ModelChoice(Optional.of(model), Optional.of(version));
  }

  private Response ofServing(ModelChoice choice, Function<ModelLookup.Found, byte[]> answer) {
    return endpoint.answer(
        protocol,
        () ->
            switch (pipeline.describe(choice)) {
              case ModelLookup.Found found -> Response.ok(answer.apply(found)).build();
              case ModelLookup.Missing(Refused refused) ->
                  ErrorReply.of(refused.outcome()).response(protocol);
            });
  }
}
