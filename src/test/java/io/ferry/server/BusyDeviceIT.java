package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What callers get while the device is busy. Here a character takes the device a millisecond and
 * every row runs alone, so a text of 2,000 characters is a pass of two seconds.
 */
class BusyDeviceIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int CAPACITY = 4;

  private static FerryProcess ferry;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    ferry = FerryLaunch.rowByRow(CAPACITY).with("ferry.device.stall-after", "500ms").start();
  }

  @AfterAll
  static void stop() {
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
  void aDeadlineIsExactWhileAPassRunsAndAnExpiredRowCostsNoDeviceTime()
      throws InterruptedException {
    double rowsBefore = ferry.metric("ferry_batch_rows_sum");
    var pass = occupyDevice(500);

    long sent = System.nanoTime();
    var expired = ferry.processLater("{\"input\": \"late\", \"timeout_ms\": 900, \"priority\": 0}");
    Eventually.within(SOON, "a waiting row", () -> ferry.metric("ferry_queue_rows") == 1);
    // It would be served in time, had not something more urgent come that takes two seconds.
    var urgent = ferry.processLater("{\"input\": \"" + "u".repeat(2_000) + "\", \"priority\": 9}");
    HttpResponse<String> late = expired.join();
    long waited = Duration.ofNanos(System.nanoTime() - sent).toMillis();

    assertError(504, "Timeout", late);
    assertTrue(waited >= 900, () -> "answered before its deadline, after ms: " + waited);
    assertTrue(waited < 1_800, () -> "answered long after its deadline, after ms: " + waited);
    assertFalse(urgent.isDone(), "the urgent pass was to be still running");
    assertEquals(200, pass.join().statusCode());
    assertEquals(200, urgent.join().statusCode());
    assertEquals(200, ferry.process("{\"input\": \"next\"}").statusCode());
    assertEquals(
        3, ferry.metric("ferry_batch_rows_sum") - rowsBefore, "rows that the device worked on");
  }

  @Test
  void whatWouldComeTooLateIsRefusedAtOnce() throws InterruptedException {
    // Whatever ran before: now it is known how long a pass takes.
    assertEquals(200, ferry.process("{\"input\": \"" + "k".repeat(300) + "\"}").statusCode());
    var passOfTwoSeconds = occupyDevice(2_000);

    long sent = System.nanoTime();
    HttpResponse<String> refused = ferry.process("{\"input\": \"late\", \"timeout_ms\": 200}");
    long waited = Duration.ofNanos(System.nanoTime() - sent).toMillis();

    assertError(429, "Overloaded", refused);
    assertRetryAfter(refused);
    assertTrue(refused.body().contains("the deadline would pass first"), refused::body);
    assertTrue(waited < 200, () -> "refused after ms: " + waited);
    assertFalse(passOfTwoSeconds.isDone(), "the pass was to be still running");
    assertEquals(200, passOfTwoSeconds.join().statusCode());
  }

  @Test
  void aFullQueueRefusesWithATimeToComeBack() throws InterruptedException {
    var pass = occupyDevice(1_500);
    List<CompletableFuture<HttpResponse<String>>> waiting = fillQueue(CAPACITY);

    HttpResponse<String> refused = ferry.process("{\"input\": \"one too many\"}");

    assertError(429, "Overloaded", refused);
    assertRetryAfter(refused);
    assertFalse(pass.isDone(), "the device was to be busy");
    assertAllServed(pass, waiting);
  }

  @Test
  void aListIsTakenWholeOrNotAtAll() throws InterruptedException {
    var pass = occupyDevice(1_500);
    List<CompletableFuture<HttpResponse<String>>> waiting =
        new ArrayList<>(fillQueue(CAPACITY - 1));

    HttpResponse<String> refused = ferry.process("{\"input\": [\"a\", \"b\"]}");

    assertError(429, "Overloaded", refused);
    assertRetryAfter(refused);
    assertEquals(CAPACITY - 1, ferry.metric("ferry_queue_places"), "places taken");
    waiting.add(ferry.processLater("{\"input\": \"it fits\"}"));
    assertFalse(pass.isDone(), "the device was to be busy");
    assertAllServed(pass, waiting);
  }

  @Test
  void aListThatFitsNoEmptyQueueIsToldSo() {
    HttpResponse<String> refused =
        ferry.process("{\"input\": [\"a\", \"b\", \"c\", \"d\", \"e\"]}");

    assertError(422, "Validation", refused);
    assertTrue(refused.body().contains("at most 4"), refused::body);
  }

  @Test
  void livenessFailsWithAReasonWhileAPassHangsAndRecovers() throws InterruptedException {
    assertEquals(200, ferry.health("live").statusCode());
    var pass = occupyDevice(2_500);

    Eventually.within(SOON, "not live", () -> ferry.health("live").statusCode() == 503);
    String down = ferry.health("live").body();

    assertTrue(down.contains("DOWN") && down.contains("the current step has been running"), down);
    assertEquals(200, ferry.health("ready").statusCode(), "readiness is another matter");
    assertFalse(pass.isDone(), "the pass was to be still running");
    assertEquals(200, pass.join().statusCode());
    Eventually.within(SOON, "live again", () -> ferry.health("live").statusCode() == 200);
  }

  /** Starts a pass and returns once it runs. */
  private static CompletableFuture<HttpResponse<String>> occupyDevice(int millis)
      throws InterruptedException {
    var answer = ferry.processLater("{\"input\": \"" + "x".repeat(millis) + "\"}");
    Eventually.within(SOON, "a running pass", () -> ferry.metric("ferry_inflight_rows") == 1);
    return answer;
  }

  /** Sends so many and returns once they wait. */
  private static List<CompletableFuture<HttpResponse<String>>> fillQueue(int rows)
      throws InterruptedException {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      answers.add(ferry.processLater("{\"input\": \"w\"}"));
    }
    Eventually.within(SOON, "waiting rows", () -> ferry.metric("ferry_queue_rows") == rows);
    return answers;
  }

  private static void assertAllServed(
      CompletableFuture<HttpResponse<String>> pass,
      List<CompletableFuture<HttpResponse<String>>> waiting) {
    assertEquals(200, pass.join().statusCode());
    for (var answer : waiting) {
      assertEquals(200, answer.join().statusCode(), () -> answer.join().body());
    }
  }

  private static void assertRetryAfter(HttpResponse<String> response) {
    long seconds = Long.parseLong(response.headers().firstValue("Retry-After").orElse("0"));
    assertTrue(seconds >= 1 && seconds <= 60, () -> "Retry-After: " + seconds);
  }

  private static void assertError(int status, String type, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response::body);
    assertTrue(
        response.body().startsWith("{\"error\":\"")
            && response.body().endsWith("\"error_type\":\"" + type + "\"}"),
        response::body);
  }
}
