package io.ferry.grpc;

import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.inject.Singleton;

/** What the server needs besides its services and what is configured: room for messages. */
@Singleton
class GrpcServerSetup implements ServerBuilderCustomizer<VertxServerBuilder> {

  private final MessageReceipts receipts;

  GrpcServerSetup(MessageReceipts receipts) {
    this.receipts = receipts;
  }

  @Override
  public void customize(GrpcServerConfiguration configuration, VertxServerBuilder builder) {
    builder.addStreamTracerFactory(receipts);
  }
}
