package io.ferry.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;

/** The methods of a service and what serves them. */
final class Methods {

  private final ServiceDescriptor service;
  private final OpenCalls open;
  private final List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();

  /**
   * None yet.
   *
   * @param service as it is generated
   */
  Methods(ServiceDescriptor service, OpenCalls open) {
    this.service = service;
    this.open = open;
  }

  /** Serves a method with one message each way. */
  <Q, A> Methods unary(MethodDescriptor<Q, A> method, UnaryMethod.Serving<Q, A> serving) {
    return reading(method, new UnaryMethod<>(serving, open));
  }

  /** Serves a method of another kind. */
  <Q, A> Methods reading(MethodDescriptor<Q, A> method, ServerCallHandler<Incoming<Q>, A> serving) {
    methods.add(
        ServerMethodDefinition.create(
            method.toBuilder(
                    Incoming.by(method.getRequestMarshaller()), method.getResponseMarshaller())
                .build(),
            serving));
    return this;
  }

  /** Answers a method without reading its messages. */
  <Q, A> Methods unread(MethodDescriptor<Q, A> method, ServerCallHandler<Q, A> serving) {
    methods.add(ServerMethodDefinition.create(method, serving));
    return this;
  }

  ServerServiceDefinition definition() {
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(service.getName())
            .setSchemaDescriptor(service.getSchemaDescriptor());
    methods.forEach(it -> descriptor.addMethod(it.getMethodDescriptor()));
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(definition::addMethod);
    return definition.build();
  }
}
