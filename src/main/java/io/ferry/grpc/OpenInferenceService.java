package io.ferry.grpc;

import io.ferry.grpc.wire.GRPCInferenceServiceGrpc;
import io.ferry.openinference.MissingExtensions;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;

/**
 * {@code inference.GRPCInferenceService}: which call is served by what. Calls that the published
 * service has and Ferry has not are answered so.
 *
 * <p>The server starts before the settings are checked, so what depends on them is made with the
 * first call.
 */
@GrpcService
@Singleton
public class OpenInferenceService implements BindableService {

  private static final Map<String, String> NOT_SERVED =
      Map.of(
          "ModelStreamInfer", "Ferry has no stream of requests; send each with ModelInfer",
          "SystemSharedMemoryStatus", MissingExtensions.SHARED_MEMORY,
          "SystemSharedMemoryRegister", MissingExtensions.SHARED_MEMORY,
          "SystemSharedMemoryUnregister", MissingExtensions.SHARED_MEMORY,
          "CudaSharedMemoryStatus", MissingExtensions.SHARED_MEMORY,
          "CudaSharedMemoryRegister", MissingExtensions.SHARED_MEMORY,
          "CudaSharedMemoryUnregister", MissingExtensions.SHARED_MEMORY,
          "TraceSetting", MissingExtensions.TRACE_SETTINGS,
          "LogSettings", MissingExtensions.LOG_SETTINGS);

  private final ModelCalls models;
  private final InferenceCalls inference;
  private final RepositoryCalls repository;
  private final ConfigurationCalls configuration;
  private final StatisticsCalls statistics;
  private final OpenCalls open;

  OpenInferenceService(
      ModelCalls models,
      InferenceCalls inference,
      RepositoryCalls repository,
      ConfigurationCalls configuration,
      StatisticsCalls statistics,
      OpenCalls open) {
    this.models = models;
    this.inference = inference;
    this.repository = repository;
    this.configuration = configuration;
    this.statistics = statistics;
    this.open = open;
  }

  @Override
  public ServerServiceDefinition bindService() {
    Methods methods =
        new Methods(GRPCInferenceServiceGrpc.getServiceDescriptor(), open)
            .unary(GRPCInferenceServiceGrpc.getServerLiveMethod(), models::serverLive)
            .unary(GRPCInferenceServiceGrpc.getServerReadyMethod(), models::serverReady)
            .unary(GRPCInferenceServiceGrpc.getServerMetadataMethod(), models::serverMetadata)
            .unary(GRPCInferenceServiceGrpc.getModelReadyMethod(), models::modelReady)
            .unary(GRPCInferenceServiceGrpc.getModelMetadataMethod(), models::modelMetadata)
            .unary(GRPCInferenceServiceGrpc.getModelInferMethod(), inference::infer)
            .unary(GRPCInferenceServiceGrpc.getModelConfigMethod(), configuration::configuration)
            .unary(GRPCInferenceServiceGrpc.getModelStatisticsMethod(), statistics::statistics)
            .unary(GRPCInferenceServiceGrpc.getRepositoryIndexMethod(), repository::index)
            .unary(GRPCInferenceServiceGrpc.getRepositoryModelLoadMethod(), repository::load)
            .unary(GRPCInferenceServiceGrpc.getRepositoryModelUnloadMethod(), repository::unload);
    for (MethodDescriptor<?, ?> method :
        GRPCInferenceServiceGrpc.getServiceDescriptor().getMethods()) {
      Optional.ofNullable(NOT_SERVED.get(method.getBareMethodName()))
          .ifPresent(why -> methods.unread(method, new NotServed<>(why)));
    }
    return methods.definition();
  }
}
