package io.ferry.grpc;

import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * {@code Watch}: the state now, and whenever it has changed, until the caller goes. Each watcher
 * has a virtual thread that looks once a second; the states have no listeners, and few watch.
 */
final class HealthWatch
    implements ServerCallHandler<Incoming<HealthCheckRequest>, HealthCheckResponse> {

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** {@code SERVICE_UNKNOWN}, which Quarkus' copy of the protocol has not. */
  private static final int SERVICE_UNKNOWN = 3;

  private final Function<String, Optional<ServingStatus>> status;

  HealthWatch(Function<String, Optional<ServingStatus>> status) {
    this.status = status;
  }

  @Override
  public ServerCall.Listener<Incoming<HealthCheckRequest>> startCall(
      ServerCall<Incoming<HealthCheckRequest>, HealthCheckResponse> call, Metadata metadata) {
    call.request(1);
    CountDownLatch gone = new CountDownLatch(1);
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(Incoming<HealthCheckRequest> arrived) {
        switch (arrived) {
          case Incoming.Message<HealthCheckRequest>(HealthCheckRequest request) ->
              Thread.ofVirtual()
                  .name("ferry-grpc-watch")
                  .start(() -> watch(request.getService(), call, gone));
          case Incoming.Unreadable<HealthCheckRequest> unreadable ->
              call.close(unreadable.error().status(), unreadable.error().trailers());
        }
      }

      @Override
      public void onCancel() {
        gone.countDown();
      }
    };
  }

  private void watch(String service, ServerCall<?, HealthCheckResponse> call, CountDownLatch gone) {
    call.sendHeaders(new Metadata());
    int said = ServingStatus.UNKNOWN_VALUE;
    try {
      do {
        int now = status.apply(service).map(ServingStatus::getNumber).orElse(SERVICE_UNKNOWN);
        if (now != said) {
          call.sendMessage(HealthCheckResponse.newBuilder().setStatusValue(now).build());
          said = now;
        }
      } while (!gone.await(PAUSE.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
