package io.ferry.grpc;

import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.quarkus.runtime.LaunchMode;
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
    // A developer's server outlives the classes that are reloaded, and what was given to it then.
    if (LaunchMode.current() != LaunchMode.DEVELOPMENT) {
      builder.addStreamTracerFactory(receipts);
    }
  }
}
