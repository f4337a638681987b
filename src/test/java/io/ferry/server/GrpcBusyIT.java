package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import io.ferry.grpc.wire.InferParameter;
import io.ferry.grpc.wire.ModelInferRequest;
import io.ferry.grpc.wire.ModelInferResponse;
import io.ferry.server.GrpcCaller.Result;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What callers over gRPC get while the device is busy. Here a character takes the device a
 * millisecond and every row runs alone, so a text of 2,000 characters is a pass of two seconds.
 */
class GrpcBusyIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int CAPACITY = 4;

  /** As Triton counts. */
  private static final long MOST_URGENT = 1;

  private static final long LEAST_URGENT = 10;

  private static FerryProcess ferry;
  private static GrpcCaller grpc;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    ferry = FerryLaunch.rowByRow(CAPACITY).start();
    grpc = new GrpcCaller(ferry);
  }

  @AfterAll
  static void stop() {
    grpc.close();
    ferry.close();
  }

  @BeforeEach
  void waitUntilIdle() throws InterruptedException {
    Eventually.within(
        SOON,
        "an idle device",
        () -> ferry.metric("ferry_inflight_rows") + ferry.metric("ferry_queue_places") == 0);
  }

  @Test
  void theCallsDeadlineEndsTheWaitAndTheRowCostsNoDeviceTime() throws InterruptedException {
    double rowsBefore = ferry.metric("ferry_batch_rows_sum");
    // Under load the client's own clock may be so far ahead that its cancel comes first.
    double endedBefore = outcome("expired") + outcome("cancelled");
    var pass = occupyDevice(500);

    var late =
        CompletableFuture.supplyAsync(
            () ->
                grpc.call(
                    grpc.stub().withDeadlineAfter(900, TimeUnit.MILLISECONDS),
                    stub -> stub.modelInfer(with("priority", LEAST_URGENT, text("late"))),
                    ModelInferResponse.getDefaultInstance()),
            task -> Thread.ofVirtual().start(task));
    var urgent = overtake();
    Result<ModelInferResponse> expired = late.join();

    assertEquals(Status.Code.DEADLINE_EXCEEDED, expired.code(), expired::sentence);
    Eventually.within(
        SOON, "counted", () -> outcome("expired") + outcome("cancelled") - endedBefore == 1);
    assertFalse(urgent.isDone(), "the urgent pass was to be still running");
    assertEquals(0, ferry.metric("ferry_queue_rows"));
    assertEquals(Status.Code.OK, pass.join().code());
    assertEquals(Status.Code.OK, urgent.join().code());
    assertEquals(
        2, ferry.metric("ferry_batch_rows_sum") - rowsBefore, "rows that the device worked on");
  }

  @ParameterizedTest
  @ValueSource(strings = {"header", "parameter"})
  void aTimeoutInAHeaderOrAParameterIsKeptByTheServer(String where) throws InterruptedException {
    var pass = occupyDevice(500);
    ModelInferRequest late = with("priority", LEAST_URGENT, text("late"));

    long sent = System.nanoTime();
    var answer =
        where.equals("header")
            ? grpc.inferLater(late, "x-request-timeout-ms", "900")
            : grpc.inferLater(with("timeout", 900_000, late));
    var urgent = overtake();
    Result<ModelInferResponse> expired = answer.join();
    long waited = Duration.ofNanos(System.nanoTime() - sent).toMillis();

    assertEquals(Status.Code.DEADLINE_EXCEEDED, expired.code(), expired::sentence);
    assertEquals("the deadline passed before the model answered", expired.sentence());
    assertTrue(waited >= 900, () -> "answered before its deadline, after ms: " + waited);
    assertFalse(urgent.isDone(), "the urgent pass was to be still running");
    assertEquals(Status.Code.OK, pass.join().code());
    assertEquals(Status.Code.OK, urgent.join().code());
  }

  /** Once a row waits that would be in time, lets a pass of two seconds overtake it. */
  private static CompletableFuture<Result<ModelInferResponse>> overtake()
      throws InterruptedException {
    Eventually.within(SOON, "a waiting row", () -> ferry.metric("ferry_queue_rows") == 1);
    return grpc.inferLater(with("priority", MOST_URGENT, text("u".repeat(2_000))));
  }

  @Test
  void whatWouldComeTooLateIsRefusedAtOnce() throws InterruptedException {
    // Whatever ran before: now it is known how long a pass takes.
    assertEquals(Status.Code.OK, grpc.infer(text("k".repeat(300))).code());
    var pass = occupyDevice(2_000);

    long sent = System.nanoTime();
    Result<ModelInferResponse> refused = grpc.infer(text("late"), "x-request-timeout-ms", "200");
    long waited = Duration.ofNanos(System.nanoTime() - sent).toMillis();

    assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.code(), refused::sentence);
    assertTrue(refused.sentence().contains("the deadline would pass first"), refused::sentence);
    assertFalse(refused.trailer("grpc-retry-pushback-ms").isEmpty(), refused::toString);
    assertTrue(waited < 200, () -> "refused after ms: " + waited);
    assertFalse(pass.isDone(), "the pass was to be still running");
    assertEquals(Status.Code.OK, pass.join().code());
  }

  @Test
  void aCancelTakesTheRowsOutOfTheQueueAtOnce() throws InterruptedException {
    double cancelledBefore = outcome("cancelled");
    var pass = occupyDevice(2_000);
    ListenableFuture<ModelInferResponse> waiting = grpc.inferForEver(text("waits"));
    Eventually.within(SOON, "a waiting row", () -> ferry.metric("ferry_queue_rows") == 1);

    waiting.cancel(true);

    Eventually.within(SOON, "no waiting row", () -> ferry.metric("ferry_queue_rows") == 0);
    Eventually.within(SOON, "counted", () -> outcome("cancelled") - cancelledBefore == 1);
    assertFalse(pass.isDone(), "the pass was to be still running");
    assertEquals(Status.Code.OK, pass.join().code());
  }

  @Test
  void soDoesAClientThatGoesAway() throws InterruptedException {
    double cancelledBefore = outcome("cancelled");
    var pass = occupyDevice(2_000);
    GrpcCaller other = new GrpcCaller(ferry);
    ListenableFuture<ModelInferResponse> waiting = other.inferForEver(text("waits"));
    Eventually.within(SOON, "a waiting row", () -> ferry.metric("ferry_queue_rows") == 1);

    other.close();

    Eventually.within(SOON, "no waiting row", () -> ferry.metric("ferry_queue_rows") == 0);
    Eventually.within(SOON, "counted", () -> outcome("cancelled") - cancelledBefore == 1);
    Eventually.within(SOON, "the client's own end", waiting::isDone);
    assertFalse(pass.isDone(), "the pass was to be still running");
    assertEquals(Status.Code.OK, pass.join().code(), "a neighbour's call is not touched");
  }

  @Test
  void aFullQueueRefusesWithATimeToComeBack() throws InterruptedException {
    var pass = occupyDevice(1_500);
    List<CompletableFuture<Result<ModelInferResponse>>> waiting = new ArrayList<>();
    for (int row = 0; row < CAPACITY; row++) {
      waiting.add(grpc.inferLater(text("w")));
    }
    Eventually.within(SOON, "waiting rows", () -> ferry.metric("ferry_queue_rows") == CAPACITY);

    Result<ModelInferResponse> refused = grpc.infer(text("one too many"));

    assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.code());
    assertEquals("the queue is full; try again later", refused.sentence());
    long seconds = Long.parseLong(refused.trailer("retry-after"));
    long millis = Long.parseLong(refused.trailer("grpc-retry-pushback-ms"));
    assertTrue(seconds >= 1 && seconds <= 60, refused::toString);
    assertTrue(millis > 0 && millis <= 1_000 * seconds, refused::toString);
    assertFalse(pass.isDone(), "the device was to be busy");
    assertEquals(Status.Code.OK, pass.join().code());
    for (var answer : waiting) {
      assertEquals(Status.Code.OK, answer.join().code());
    }
  }

  @Test
  void anUrgentCallOvertakesOthers() throws InterruptedException {
    var pass = occupyDevice(1_000);
    List<String> order = java.util.Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    waiting.add(later(text("x".repeat(200)), "usual", order));
    Eventually.within(SOON, "a waiting row", () -> ferry.metric("ferry_queue_rows") == 1);
    waiting.add(later(with("priority", MOST_URGENT, text("y".repeat(200))), "urgent", order));
    Eventually.within(SOON, "waiting rows", () -> ferry.metric("ferry_queue_rows") == 2);

    pass.join();
    waiting.forEach(CompletableFuture::join);

    assertEquals(List.of("urgent", "usual"), order);
  }

  private static CompletableFuture<Void> later(
      ModelInferRequest request, String name, List<String> order) {
    return grpc.inferLater(request).thenAccept(result -> order.add(name));
  }

  private static ModelInferRequest text(String text) {
    return GrpcRequests.texts("simulated", text);
  }

  private static ModelInferRequest with(String name, long value, ModelInferRequest request) {
    return request.toBuilder()
        .putParameters(name, InferParameter.newBuilder().setInt64Param(value).build())
        .build();
  }

  private static double outcome(String outcome) {
    return ferry.series(
        "ferry_requests_total{model=\"simulated\",outcome=\"%s\",protocol=\"grpc\"}"
            .formatted(outcome));
  }

  /** Begins a pass of so many milliseconds and returns once it runs. */
  private static CompletableFuture<Result<ModelInferResponse>> occupyDevice(int millis)
      throws InterruptedException {
    var answer = grpc.inferLater(text("x".repeat(millis)));
    Eventually.within(SOON, "a running pass", () -> ferry.metric("ferry_inflight_rows") == 1);
    return answer;
  }
}
