package io.ferry.server;

import io.ferry.grpc.wire.GRPCInferenceServiceGrpc;
import io.ferry.grpc.wire.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.ferry.grpc.wire.ModelInferRequest;
import io.ferry.grpc.wire.ModelInferResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A client over gRPC, with the stubs that are generated of the service definition. */
final class GrpcCaller implements AutoCloseable {

  private static final int MOST_SECONDS = 60;

  private final ManagedChannel channel;

  GrpcCaller(FerryProcess ferry) {
    this.channel =
        ManagedChannelBuilder.forAddress("localhost", ferry.grpcPort())
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
  }

  /** An answer with what came with it, or the error. */
  record Result<A>(Status status, A answer, Metadata headers, Metadata trailers) {
    Status.Code code() {
      return status.getCode();
    }

    String sentence() {
      return String.valueOf(status.getDescription());
    }

    String header(String name) {
      return value(headers, name);
    }

    String trailer(String name) {
      return value(trailers, name);
    }

    private static String value(Metadata metadata, String name) {
      String value = metadata.get(key(name));
      return value == null ? "" : value;
    }
  }

  static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  Channel channel() {
    return channel;
  }

  /** The stub, with a deadline so that no test hangs. */
  GRPCInferenceServiceBlockingStub stub() {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(MOST_SECONDS, TimeUnit.SECONDS);
  }

  /** Calls, with metadata as name, value, name, value. */
  <A> Result<A> call(
      Function<GRPCInferenceServiceBlockingStub, A> call, A none, String... metadata) {
    return call(stub(), call, none, metadata);
  }

  <A> Result<A> call(
      GRPCInferenceServiceBlockingStub stub,
      Function<GRPCInferenceServiceBlockingStub, A> call,
      A none,
      String... metadata) {
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    Metadata sent = new Metadata();
    for (int i = 0; i < metadata.length; i += 2) {
      sent.put(key(metadata[i]), metadata[i + 1]);
    }
    GRPCInferenceServiceBlockingStub capturing =
        stub.withInterceptors(
            MetadataUtils.newCaptureMetadataInterceptor(headers, trailers),
            MetadataUtils.newAttachHeadersInterceptor(sent));
    try {
      A answer = call.apply(capturing);
      return new Result<>(Status.OK, answer, or(headers), or(trailers));
    } catch (StatusRuntimeException failed) {
      return new Result<>(failed.getStatus(), none, or(headers), or(trailers));
    }
  }

  private static Metadata or(AtomicReference<Metadata> captured) {
    Metadata metadata = captured.get();
    return metadata == null ? new Metadata() : metadata;
  }

  Result<ModelInferResponse> infer(ModelInferRequest request, String... metadata) {
    return call(
        stub -> stub.modelInfer(request), ModelInferResponse.getDefaultInstance(), metadata);
  }

  /** Calls; the answer comes later. */
  CompletableFuture<Result<ModelInferResponse>> inferLater(
      ModelInferRequest request, String... metadata) {
    return CompletableFuture.supplyAsync(
        () -> infer(request, metadata), task -> Thread.ofVirtual().start(task));
  }

  /** Calls without a deadline. */
  com.google.common.util.concurrent.ListenableFuture<ModelInferResponse> inferForEver(
      ModelInferRequest request) {
    return ClientCalls.futureUnaryCall(
        channel.newCall(GRPCInferenceServiceGrpc.getModelInferMethod(), CallOptions.DEFAULT),
        request);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
