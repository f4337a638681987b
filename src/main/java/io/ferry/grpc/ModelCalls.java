package io.ferry.grpc;

import io.ferry.grpc.wire.ModelMetadataRequest;
import io.ferry.grpc.wire.ModelMetadataResponse;
import io.ferry.grpc.wire.ModelReadyRequest;
import io.ferry.grpc.wire.ModelReadyResponse;
import io.ferry.grpc.wire.ServerLiveRequest;
import io.ferry.grpc.wire.ServerLiveResponse;
import io.ferry.grpc.wire.ServerMetadataRequest;
import io.ferry.grpc.wire.ServerMetadataResponse;
import io.ferry.grpc.wire.ServerReadyRequest;
import io.ferry.grpc.wire.ServerReadyResponse;
import io.ferry.health.ServerHealth;
import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome;
import io.ferry.model.ModelSpec;
import io.ferry.openinference.ModelMetadata;
import io.ferry.openinference.ServerMetadata;
import io.ferry.openinference.TensorMetadata;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.pipeline.ModelLookup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** How the server and its models are, and what they take and give. */
@ApplicationScoped
class ModelCalls {

  private final ServerHealth health;
  private final ServerMetadata server;
  private final InferencePipeline pipeline;

  ModelCalls(ServerHealth health, ServerMetadata server, InferencePipeline pipeline) {
    this.health = health;
    this.server = server;
    this.pipeline = pipeline;
  }

  Reply<ServerLiveResponse> serverLive(ServerLiveRequest request, CallTerms terms) {
    return Reply.answer(ServerLiveResponse.newBuilder().setLive(health.live()).build());
  }

  Reply<ServerReadyResponse> serverReady(ServerReadyRequest request, CallTerms terms) {
    return Reply.answer(ServerReadyResponse.newBuilder().setReady(health.ready()).build());
  }

  Reply<ServerMetadataResponse> serverMetadata(ServerMetadataRequest request, CallTerms terms) {
    return Reply.answer(
        ServerMetadataResponse.newBuilder()
            .setName(server.name())
            .setVersion(server.version())
            .addAllExtensions(ServerMetadata.EXTENSIONS)
            .build());
  }

  /** A model that is there but does not serve is not ready; one that is not there, an error. */
  Reply<ModelReadyResponse> modelReady(ModelReadyRequest request, CallTerms terms) {
    return switch (pipeline.describe(choice(request.getName(), request.getVersion()))) {
      case ModelLookup.Found found -> ready(true);
      case ModelLookup.Missing(Refused refused) ->
          refused.outcome() instanceof Outcome.Rejected
              ? ready(false)
              : Reply.failure(GrpcError.of(refused.outcome()));
    };
  }

  private static Reply<ModelReadyResponse> ready(boolean ready) {
    return Reply.answer(ModelReadyResponse.newBuilder().setReady(ready).build());
  }

  Reply<ModelMetadataResponse> modelMetadata(ModelMetadataRequest request, CallTerms terms) {
    return switch (pipeline.describe(choice(request.getName(), request.getVersion()))) {
      case ModelLookup.Found(ModelSpec model, var deployment) ->
          Reply.answer(message(ModelMetadata.of(model)));
      case ModelLookup.Missing(Refused refused) -> Reply.failure(GrpcError.of(refused.outcome()));
    };
  }

  static ModelChoice choice(String name, String version) {
    return new ModelChoice(RequestReading.text(name), RequestReading.text(version));
  }

  private static ModelMetadataResponse message(ModelMetadata model) {
    return ModelMetadataResponse.newBuilder()
        .setName(model.name())
        .addAllVersions(model.versions())
        .setPlatform(model.platform())
        .addAllInputs(tensors(model.inputs()))
        .addAllOutputs(tensors(model.outputs()))
        .build();
  }

  private static List<ModelMetadataResponse.TensorMetadata> tensors(List<TensorMetadata> tensors) {
    return tensors.stream().map(ModelCalls::tensor).toList();
  }

  private static ModelMetadataResponse.TensorMetadata tensor(TensorMetadata tensor) {
    return ModelMetadataResponse.TensorMetadata.newBuilder()
        .setName(tensor.name())
        .setDatatype(tensor.datatype())
        .addAllShape(tensor.shape().stream().map(Integer::longValue).toList())
        .build();
  }
}
