package io.ferry.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;

/** A method that the published service has and Ferry has not; its message is not even read. */
final class NotServed<Q, A> implements ServerCallHandler<Q, A> {

  private final String why;

  NotServed(String why) {
    this.why = why;
  }

  @Override
  public ServerCall.Listener<Q> startCall(ServerCall<Q, A> call, Metadata metadata) {
    call.close(Status.UNIMPLEMENTED.withDescription(why), new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
