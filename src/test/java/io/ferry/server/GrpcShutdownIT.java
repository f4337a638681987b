package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.ferry.grpc.wire.ModelInferRequest;
import io.ferry.grpc.wire.ModelInferResponse;
import io.ferry.grpc.wire.ServerReadyRequest;
import io.ferry.server.GrpcCaller.Result;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** SIGTERM under load over gRPC: nothing accepted is lost, and callers learn to go elsewhere. */
class GrpcShutdownIT {

  private static final int CLIENTS = 12;
  private static final Duration GRACE = Duration.ofSeconds(3);
  private static final Duration SOON = Duration.ofSeconds(20);

  /** One answer, and when its call began. */
  private record Answer(long sentNanos, Result<ModelInferResponse> result) {}

  /** Calls one after the other on a connection of its own, until a call is not served. */
  private static final class Client implements Runnable {
    private final FerryProcess ferry;
    private final List<Answer> answers = Collections.synchronizedList(new ArrayList<>());

    Client(FerryProcess ferry) {
      this.ferry = ferry;
    }

    @Override
    public void run() {
      try (GrpcCaller grpc = new GrpcCaller(ferry)) {
        Answer answer;
        do {
          answer = new Answer(System.nanoTime(), grpc.infer(text(1)));
          answers.add(answer);
        } while (answer.result().code() == Status.Code.OK);
      }
    }
  }

  private static ModelInferRequest text(int rows) {
    return GrpcRequests.texts("simulated", "a ".repeat(rows).split(" "));
  }

  @Test
  void everyAcceptedCallIsAnsweredAndNewOnesAreRefusedAfterTheGracePeriod()
      throws IOException, InterruptedException {
    try (FerryProcess ferry =
            FerryLaunch.simulated()
                .with("ferry.simulated.fixed", "100ms")
                .with("ferry.batching.max-size", "8")
                .with("ferry.shutdown.grace", GRACE.toMillis() + "ms")
                .start();
        GrpcCaller grpc = new GrpcCaller(ferry)) {
      List<Client> clients = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Client client = new Client(ferry);
        clients.add(client);
        threads.add(Thread.ofVirtual().start(client));
      }
      var health =
          HealthGrpc.newBlockingStub(grpc.channel()).withDeadlineAfter(60, TimeUnit.SECONDS);
      Iterator<HealthCheckResponse> watched = health.watch(HealthCheckRequest.getDefaultInstance());
      assertEquals(ServingStatus.SERVING, watched.next().getStatus());
      Eventually.within(SOON, "load", () -> clients.stream().allMatch(c -> c.answers.size() >= 3));

      long termination = System.nanoTime();
      ferry.terminate();
      Eventually.within(
          SOON,
          "not ready",
          () -> !grpc.stub().serverReady(ServerReadyRequest.getDefaultInstance()).getReady());
      Duration untilNotReady = Duration.ofNanos(System.nanoTime() - termination);
      ServingStatus checked = health.check(HealthCheckRequest.getDefaultInstance()).getStatus();
      ServingStatus seen = watched.next().getStatus();
      Duration untilSeen = Duration.ofNanos(System.nanoTime() - termination);
      // 25 passes: this call, accepted in the grace period, is still open long after it.
      CompletableFuture<Result<ModelInferResponse>> longCall = grpc.inferLater(text(250));
      for (Thread thread : threads) {
        thread.join(Duration.ofSeconds(30));
      }
      boolean longCallWasOpen = !longCall.isDone();
      Result<ModelInferResponse> served = longCall.join();
      int exitCode = ferry.exitCode();

      List<Answer> refused =
          clients.stream()
              .flatMap(c -> c.answers.stream())
              .filter(answer -> answer.result().code() != Status.Code.OK)
              .toList();
      assertAll(
          () -> assertTrue(untilNotReady.compareTo(GRACE) < 0, "not ready: " + untilNotReady),
          () -> assertEquals(ServingStatus.NOT_SERVING, checked),
          () -> assertEquals(ServingStatus.NOT_SERVING, seen),
          () -> assertTrue(untilSeen.compareTo(GRACE) < 0, "watched: " + untilSeen),
          () -> assertEquals(Status.Code.OK, served.code(), served::sentence),
          () -> assertEquals(250, served.answer().getOutputs(0).getShape(0)),
          () -> assertTrue(longCallWasOpen, "the drain was to last longer than the clients"),
          () -> assertEquals(CLIENTS, refused.size(), "each client was refused once"),
          () -> assertEquals(143, exitCode, ferry::log),
          () -> assertFalse(ferry.log().contains("without their answer"), ferry::log));
      for (Answer answer : refused) {
        assertRefused(answer, termination);
      }
    }
  }

  private static void assertRefused(Answer answer, long termination) {
    Result<ModelInferResponse> result = answer.result();
    assertAll(
        () -> assertEquals(Status.Code.UNAVAILABLE, result.code(), result::sentence),
        () -> assertEquals("the server is shutting down", result.sentence()),
        () -> assertEquals("1", result.trailer("retry-after")),
        () ->
            assertFalse(
                answer.sentNanos() - termination < GRACE.minusMillis(100).toNanos(),
                "refused within the grace period"));
  }
}
