package io.ferry.grpc;

import io.ferry.device.LoadResult;
import io.ferry.device.ModelLifecycle;
import io.ferry.grpc.wire.RepositoryIndexRequest;
import io.ferry.grpc.wire.RepositoryIndexResponse;
import io.ferry.grpc.wire.RepositoryModelLoadRequest;
import io.ferry.grpc.wire.RepositoryModelLoadResponse;
import io.ferry.grpc.wire.RepositoryModelUnloadRequest;
import io.ferry.grpc.wire.RepositoryModelUnloadResponse;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelSource;
import io.ferry.openinference.AdminSwitch;
import io.ferry.openinference.ModelIndex;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import io.grpc.Status;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Which models there are to load, and loading and unloading them. Loading answers when the model
 * serves, or cannot.
 */
@ApplicationScoped
class RepositoryCalls {

  /** Ferry's models do not depend on each other, so yes and no are the same. */
  private static final Set<String> OF_UNLOADING = Set.of("unload_dependents");

  private final ModelRepository repository;
  private final ModelSource source;
  private final ModelLifecycle lifecycle;
  private final AdminSwitch admin;

  RepositoryCalls(
      ModelRepository repository, ModelSource source, ModelLifecycle lifecycle, AdminSwitch admin) {
    this.repository = repository;
    this.source = source;
    this.lifecycle = lifecycle;
    this.admin = admin;
  }

  Reply<RepositoryIndexResponse> index(RepositoryIndexRequest request, CallTerms terms)
      throws MalformedException {
    checkRepository(request.getRepositoryName());
    RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
    for (ModelIndex.Entry entry : ModelIndex.of(source.list(), repository, request.getReady())) {
      index.addModels(
          RepositoryIndexResponse.ModelIndex.newBuilder()
              .setName(entry.name())
              .setVersion(entry.version())
              .setState(entry.state())
              .setReason(entry.reason()));
    }
    return Reply.answer(index.build());
  }

  Reply<RepositoryModelLoadResponse> load(RepositoryModelLoadRequest request, CallTerms terms)
      throws MalformedException, UnfitException {
    if (!admin.on()) {
      return off();
    }
    checkRepository(request.getRepositoryName());
    checkParameters(request.getParametersMap().keySet(), Set.of());
    return reply(
        request.getModelName(),
        name -> lifecycle.load(name).join(),
        RepositoryModelLoadResponse.getDefaultInstance());
  }

  Reply<RepositoryModelUnloadResponse> unload(RepositoryModelUnloadRequest request, CallTerms terms)
      throws MalformedException, UnfitException {
    if (!admin.on()) {
      return off();
    }
    checkRepository(request.getRepositoryName());
    checkParameters(request.getParametersMap().keySet(), OF_UNLOADING);
    return reply(
        request.getModelName(),
        name -> lifecycle.unload(name).join(),
        RepositoryModelUnloadResponse.getDefaultInstance());
  }

  private static void checkRepository(String name) throws MalformedException {
    if (!name.isEmpty()) {
      throw new MalformedException(
          "there is no repository \"%s\"; there is one, without a name"
              .formatted(Quotation.clip(name)));
    }
  }

  private static void checkParameters(Collection<String> names, Set<String> known)
      throws UnfitException {
    for (String name : new TreeSet<>(names)) {
      if (!known.contains(name)) {
        throw new UnfitException(
            Flaw.UNSUPPORTED,
            "Ferry does not know the parameter \"%s\"; models are loaded as their folders say"
                .formatted(Quotation.clip(name)));
      }
    }
  }

  private static <A> Reply<A> reply(String name, Function<String, LoadResult> action, A done)
      throws MalformedException {
    if (name.isEmpty()) {
      throw new MalformedException("model_name is empty; name the model");
    }
    return switch (action.apply(name)) {
      case LoadResult.Loaded loaded -> Reply.answer(done);
      case LoadResult.Unloaded() -> Reply.answer(done);
      case LoadResult.Failed(String reason) ->
          Reply.failure(GrpcError.of(Status.FAILED_PRECONDITION, reason));
      case LoadResult.Unknown() ->
          Reply.failure(
              GrpcError.of(
                  Status.NOT_FOUND, "there is no model \"%s\"".formatted(Quotation.clip(name))));
      case LoadResult.ShuttingDown ending -> Reply.failure(GrpcError.of(ending.outcome()));
    };
  }

  private static <A> Reply<A> off() {
    return Reply.failure(
        GrpcError.of(
            Status.PERMISSION_DENIED,
            "loading and unloading is off; ferry.admin.enabled=true turns it on"));
  }
}
