package io.ferry.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Channel;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks a server for its services, as grpcurl does. */
final class Reflection {

  private Reflection() {}

  /** The names of the services. */
  static List<String> services(Channel channel) {
    return ask(channel, ServerReflectionRequest.newBuilder().setListServices("").build())
        .getListServicesResponse()
        .getServiceList()
        .stream()
        .map(ServiceResponse::getName)
        .toList();
  }

  /** The names of a service's methods. */
  static List<String> methods(Channel channel, String service)
      throws InvalidProtocolBufferException {
    ByteString file =
        ask(channel, ServerReflectionRequest.newBuilder().setFileContainingSymbol(service).build())
            .getFileDescriptorResponse()
            .getFileDescriptorProto(0);
    return FileDescriptorProto.parseFrom(file).getServiceList().stream()
        .flatMap(it -> it.getMethodList().stream())
        .map(MethodDescriptorProto::getName)
        .toList();
  }

  private static ServerReflectionResponse ask(Channel channel, ServerReflectionRequest request) {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(channel)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failed) {
                    answer.completeExceptionally(failed);
                  }

                  @Override
                  public void onCompleted() {
                    answer.completeExceptionally(new AssertionError("no answer"));
                  }
                });
    requests.onNext(request);
    try {
      return answer.join();
    } finally {
      requests.onCompleted();
    }
  }
}
