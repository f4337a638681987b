package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** Many callers that do everything wrong leave nothing behind. */
class FaultsIT {

  private static final int REQUESTS = 20_000;
  private static final int CLIENTS = 48;
  private static final long SEED = 20_000;
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration MOST = Duration.ofSeconds(60);

  private static final List<String> WRONG_BODIES =
      List.of(
          "",
          "{",
          "[1, 2",
          "null",
          "{\"input\": 1}",
          "{\"inputs\": \"a\"}",
          "{\"input\": []}",
          "{\"input\": \"\"}",
          "{\"input\": [\"a\", \"\"]}",
          "{\"input\": \"a\", \"model\": \"nobody\"}",
          "{\"input\": \"a\", \"priority\": 10}",
          "{\"input\": \"a\", \"timeout_ms\": 0}",
          "{\"input\": \"a\"} b",
          "[".repeat(5_000));

  private final Map<Integer, LongAdder> answers = new ConcurrentSkipListMap<>();
  private final LongAdder aborted = new LongAdder();
  private final List<Throwable> surprises = Collections.synchronizedList(new ArrayList<>());

  @Test
  void wrongBodiesTimeoutsAndClosedConnectionsLeaveNothingBehind()
      throws IOException, InterruptedException {
    try (FerryProcess ferry =
        FerryLaunch.simulated()
            .with("ferry.simulated.fixed", "5ms")
            .with("ferry.batching.max-size", "8")
            .with("ferry.queue.capacity", "64")
            .with("ferry.limits.max-rows", "64")
            .start()) {
      long start = System.nanoTime();
      AtomicInteger next = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        threads.add(Thread.ofVirtual().start(() -> misbehave(ferry, next)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      Eventually.within(
          SOON,
          "empty gauges",
          () ->
              ferry.metric("ferry_queue_rows") == 0
                  && ferry.metric("ferry_queue_places") == 0
                  && ferry.metric("ferry_inflight_rows") == 0);
      HttpResponse<String> after = ferry.process("{\"input\": \"still here\"}");
      assertAll(
          () -> assertEquals(List.of(), surprises),
          () -> assertEquals(REQUESTS, aborted.sum() + answered(), answers::toString),
          () ->
              assertEquals(
                  List.of(200, 400, 404, 422, 429, 504),
                  List.copyOf(answers.keySet()),
                  answers::toString),
          () -> assertEquals(200, ferry.health("live").statusCode()),
          () -> assertEquals(200, ferry.health("ready").statusCode()),
          () -> assertEquals(200, after.statusCode(), after::body),
          () -> assertTrue(ferry.metric("ferry_requests_total") > 0, "counted requests"),
          () -> assertTrue(took.compareTo(MOST) < 0, () -> "it took " + took),
          () -> assertTrue(!ferry.log().contains("ERROR"), ferry::log));
    }
  }

  private long answered() {
    return answers.values().stream().mapToLong(LongAdder::sum).sum();
  }

  private void misbehave(FerryProcess ferry, AtomicInteger next) {
    try (HttpClient client = FerryProcess.newClient()) {
      for (int request = next.getAndIncrement();
          request < REQUESTS;
          request = next.getAndIncrement()) {
        Random random = new Random(SEED + request);
        switch (random.nextInt(8)) {
          case 0, 1 -> send(ferry, client, WRONG_BODIES.get(random.nextInt(WRONG_BODIES.size())));
          case 2 -> send(ferry, client, "{\"input\": \"impatient\", \"timeout_ms\": 1}");
          case 3 -> send(ferry, client, "{\"input\": [" + "\"row\",".repeat(39) + "\"row\"]}");
          case 4 -> breakOff(ferry, random, false);
          case 5, 6 -> breakOff(ferry, random, true);
          default -> send(ferry, client, "{\"input\": \"well-behaved\"}");
        }
      }
    } catch (IOException surprise) {
      surprises.add(surprise);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(FerryProcess ferry, HttpClient client, String body)
      throws IOException, InterruptedException {
    int status = client.send(ferry.request(body), BodyHandlers.discarding()).statusCode();
    answers.computeIfAbsent(status, it -> new LongAdder()).increment();
  }

  /** Closes the connection while the request is being sent, or while its answer is awaited. */
  private void breakOff(FerryProcess ferry, Random random, boolean whole) throws IOException {
    byte[] request =
        """
        POST /process HTTP/1.1\r
        Host: localhost\r
        Content-Type: application/json\r
        Content-Length: 22\r
        \r
        {"input": "I am off."}"""
            .getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ferry.applicationPort())) {
      // One half says good-bye (FIN), the other half just hangs up (RST).
      if (random.nextBoolean()) {
        socket.setSoLinger(true, 0);
      }
      OutputStream out = socket.getOutputStream();
      out.write(request, 0, whole ? request.length : random.nextInt(1, request.length));
      out.flush();
    }
    aborted.increment();
  }
}
