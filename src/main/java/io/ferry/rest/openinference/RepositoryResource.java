package io.ferry.rest.openinference;

import io.ferry.device.LoadResult;
import io.ferry.device.ModelLifecycle;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelSource;
import io.ferry.openinference.AdminSwitch;
import io.ferry.openinference.ModelIndex;
import io.ferry.rest.ErrorReply;
import io.ferry.rest.ErrorReply.ErrorType;
import io.ferry.rest.InferenceEndpoint;
import io.ferry.rest.Json;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The models: which there are and in which state, and loading and unloading them by the model
 * repository extension of the Open Inference Protocol. Loading answers when the model serves, or
 * cannot.
 */
@Path("/v2")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class RepositoryResource {

  private final ModelRepository repository;
  private final ModelSource source;
  private final ModelLifecycle lifecycle;
  private final AdminSwitch admin;
  private final InferenceEndpoint endpoint;
  private final OpenInferenceProtocol protocol;

  RepositoryResource(
      ModelRepository repository,
      ModelSource source,
      ModelLifecycle lifecycle,
      AdminSwitch admin,
      InferenceEndpoint endpoint,
      OpenInferenceProtocol protocol) {
    this.repository = repository;
    this.source = source;
    this.lifecycle = lifecycle;
    this.admin = admin;
    this.endpoint = endpoint;
    this.protocol = protocol;
  }

  /** Every model with its versions and their states. */
  @GET
  @Path("/models")
  // Described in META-INF/openapi.yaml, as is all that follows.
  @Operation(hidden = true)
  public Response models() {
    return Response.ok(Json.bytes(json -> ModelList.write(repository, json))).build();
  }

  /**
   * The models that there are to load.
   *
   * @param body nothing, or {@code {"ready": true}} for those alone that serve
   */
  @POST
  @Path("/repository/index")
  @Operation(hidden = true)
  public Response index(@Nullable InputStream body) {
    return endpoint.answer(
        protocol,
        () -> {
          boolean onlyReady = RepositoryParameters.onlyReady(body);
          List<ModelIndex.Entry> entries = ModelIndex.of(source.list(), repository, onlyReady);
          return Response.ok(Json.bytes(json -> RepositoryIndex.write(entries, json))).build();
        });
  }

  /** Loads a model, or anew the highest version of one that serves. */
  @POST
  @Path("/repository/models/{model}/load")
  @Operation(hidden = true)
  public Response load(@PathParam("model") String model, @Nullable InputStream body) {
    return endpoint.answer(
        protocol,
        () -> {
          if (!admin.on()) {
            return off();
          }
          RepositoryParameters.load(body);
          return answer(lifecycle.load(model));
        });
  }

  /** Unloads a model; who was accepted is still served. */
  @POST
  @Path("/repository/models/{model}/unload")
  @Operation(hidden = true)
  public Response unload(@PathParam("model") String model, @Nullable InputStream body) {
    return endpoint.answer(
        protocol,
        () -> {
          if (!admin.on()) {
            return off();
          }
          RepositoryParameters.unload(body);
          return answer(lifecycle.unload(model));
        });
  }

  private Response off() {
    return error(
        403, "loading and unloading over HTTP is off; ferry.admin.enabled=true turns it on");
  }

  private Response answer(CompletableFuture<LoadResult> result) {
    return switch (result.join()) {
      case LoadResult.Loaded loaded -> Response.ok("{}").build();
      case LoadResult.Unloaded() -> Response.ok("{}").build();
      // Triton answers so, and its clients expect it.
      case LoadResult.Failed(String reason) -> error(400, reason);
      case LoadResult.Unknown() -> error(404, "there is no such model");
      case LoadResult.ShuttingDown ending -> ErrorReply.of(ending.outcome()).response(protocol);
    };
  }

  private Response error(int status, String message) {
    ErrorType type = status < 500 ? ErrorType.Validation : ErrorType.Backend;
    return ErrorReply.of(status, type, message).response(protocol);
  }
}
