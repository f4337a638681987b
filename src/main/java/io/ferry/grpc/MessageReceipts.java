package io.ferry.grpc;

import io.ferry.pipeline.RequestListener;
import io.ferry.protocol.BodyBudget;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import jakarta.enterprise.context.ApplicationScoped;

/** Makes a {@link MessageReceipt} for each call. */
@ApplicationScoped
class MessageReceipts extends ServerStreamTracer.Factory {

  private final BodyBudget budget;
  private final RequestListener listener;

  MessageReceipts(BodyBudget budget, RequestListener listener) {
    this.budget = budget;
    this.listener = listener;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new MessageReceipt(budget, listener);
  }
}
