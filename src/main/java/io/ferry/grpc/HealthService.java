package io.ferry.grpc;

import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.ferry.grpc.wire.GRPCInferenceServiceGrpc;
import io.ferry.health.ServerHealth;
import io.ferry.protocol.Quotation;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;

/**
 * {@code grpc.health.v1.Health}: serving as long as the server is ready. Quarkus has such a
 * service, too, but it says that the port is open, not that a model serves.
 */
@GrpcService
@Singleton
public class HealthService implements BindableService {

  /** The empty name is the whole server. */
  private static final Set<String> SERVICES = Set.of("", GRPCInferenceServiceGrpc.SERVICE_NAME);

  private final ServerHealth health;
  private final OpenCalls open;

  HealthService(ServerHealth health, OpenCalls open) {
    this.health = health;
    this.open = open;
  }

  @Override
  public ServerServiceDefinition bindService() {
    return new Methods(HealthGrpc.getServiceDescriptor(), open)
        .unary(HealthGrpc.getCheckMethod(), this::check)
        .reading(HealthGrpc.getWatchMethod(), new HealthWatch(this::status))
        .definition();
  }

  private Reply<HealthCheckResponse> check(HealthCheckRequest request, CallTerms terms) {
    return status(request.getService())
        .map(it -> Reply.answer(HealthCheckResponse.newBuilder().setStatus(it).build()))
        .orElseGet(
            () ->
                Reply.failure(
                    GrpcError.of(
                        Status.NOT_FOUND,
                        "there is no service \"%s\""
                            .formatted(Quotation.clip(request.getService())))));
  }

  private Optional<ServingStatus> status(String service) {
    return SERVICES.contains(service)
        ? Optional.of(health.ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING)
        : Optional.empty();
  }
}
