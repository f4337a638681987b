package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** SIGTERM under load: nothing accepted is lost, and callers learn in time to go elsewhere. */
class ShutdownIT {

  private static final int CLIENTS = 16;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration SOON = Duration.ofSeconds(20);

  /** One answer: when its request was sent and how it was answered. */
  private record Answer(long sentNanos, HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }
  }

  /** Sends one request after the other on a connection of its own, until one is refused. */
  private static final class Client implements Runnable {
    private final FerryProcess ferry;
    private final List<Answer> answers = Collections.synchronizedList(new ArrayList<>());
    private final List<IOException> lost = Collections.synchronizedList(new ArrayList<>());

    Client(FerryProcess ferry) {
      this.ferry = ferry;
    }

    @Override
    public void run() {
      try (HttpClient connection = FerryProcess.newClient()) {
        int status;
        do {
          long sent = System.nanoTime();
          var response =
              connection.send(ferry.request("{\"input\": \"text\"}"), BodyHandlers.ofString());
          answers.add(new Answer(sent, response));
          status = response.statusCode();
        } while (status == 200);
      } catch (IOException noAnswer) {
        lost.add(noAnswer);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void everyAcceptedRequestIsAnsweredAndNewOnesAreRefusedAfterTheGracePeriod()
      throws IOException, InterruptedException {
    try (FerryProcess ferry =
        FerryLaunch.simulated()
            .with("ferry.simulated.fixed", "50ms")
            .with("ferry.batching.max-size", "8")
            .with("ferry.shutdown.grace", GRACE.toMillis() + "ms")
            .with("ferry.admin.enabled", "true")
            .start()) {
      List<Client> clients = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Client client = new Client(ferry);
        clients.add(client);
        threads.add(Thread.ofVirtual().start(client));
      }
      Eventually.within(SOON, "load", () -> clients.stream().allMatch(c -> c.answers.size() >= 3));

      long termination = System.nanoTime();
      ferry.terminate();
      Eventually.within(SOON, "not ready", () -> ferry.health("ready").statusCode() == 503);
      Duration untilNotReady = since(termination);
      // 25 passes: this request, accepted in the grace period, is still open long after it.
      CompletableFuture<HttpResponse<String>> longRequest =
          ferry.processLater("{\"input\": [" + "\"row\",".repeat(199) + "\"row\"]}");
      for (Thread thread : threads) {
        thread.join(Duration.ofSeconds(30));
      }
      HttpResponse<String> load = ferry.post("/v2/repository/models/simulated/load", "{}");
      boolean longRequestWasOpen = !longRequest.isDone();
      HttpResponse<String> served = longRequest.join();
      int exitCode = ferry.exitCode();

      List<Answer> answers = clients.stream().flatMap(c -> c.answers.stream()).toList();
      List<Answer> refused = answers.stream().filter(answer -> answer.status() != 200).toList();
      long lastServed =
          answers.stream()
              .filter(answer -> answer.status() == 200)
              .mapToLong(Answer::sentNanos)
              .max()
              .orElse(0);
      assertAll(
          () -> assertTrue(untilNotReady.compareTo(GRACE) < 0, "not ready: " + untilNotReady),
          () -> assertEquals(List.of(), clients.stream().flatMap(c -> c.lost.stream()).toList()),
          () -> assertEquals(200, served.statusCode(), served::body),
          () -> assertTrue(longRequestWasOpen, "the drain was to last longer than the clients"),
          () ->
              assertTrue(
                  lastServed - termination > GRACE.toNanos() / 2,
                  "work went on through the grace period"),
          () -> assertEquals(CLIENTS, refused.size(), "each client was refused once"),
          () -> assertGoingDown(load),
          () -> assertEquals(143, exitCode, ferry::log),
          () ->
              assertTrue(
                  ferry.log().contains("Model simulated, version 1, is stopped"), ferry::log));
      for (Answer answer : refused) {
        assertRefused(answer, termination);
      }
    }
  }

  private static void assertRefused(Answer answer, long termination) {
    assertAll(
        () -> assertGoingDown(answer.response()),
        () ->
            assertFalse(
                answer.sentNanos() - termination < GRACE.minusMillis(100).toNanos(),
                "refused within the grace period"));
  }

  private static void assertGoingDown(HttpResponse<String> response) {
    assertAll(
        () -> assertEquals(503, response.statusCode()),
        () -> assertTrue(response.body().contains("the server is shutting down"), response::body),
        () -> assertEquals("1", response.headers().firstValue("Retry-After").orElse("none")));
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
