package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each body may be large, but not all of them at once: here the heap has room for one and a half.
 * Answers may be large, too, but not all that a body can ask for.
 */
class LargeBodiesIT {

  private static final int LARGE = 8_000_000;
  private static final int ALL_BUT_THE_END = LARGE - 1_000;
  private static final int PATIENCE_MILLIS = 20_000;

  @Test
  void manyAtOnceAreRefusedAndLeaveNothingBehind() throws Exception {
    try (FerryProcess ferry =
        FerryLaunch.simulated()
            .with("ferry.limits.max-body", "8M")
            .withEnvironment("JAVA_TOOL_OPTIONS", "-Xmx96m")
            .start()) {
      try (Socket first = begin(ferry);
          Socket second = begin(ferry)) {
        send(first);
        send(second);
        // What is read first is for the sockets' buffers to say; the other one goes on.
        String status = firstAnswer(first, second);
        assertTrue(status.startsWith("HTTP/1.1 429"), status);
      }
      Eventually.within(
          Duration.ofSeconds(20),
          "room for one large body",
          () -> ferry.process("x".repeat(LARGE)).statusCode() == 400);
    }
  }

  /** A request within all limits whose answer would take the whole heap. */
  @Test
  void tokensThatWouldNotFitAreRefusedAndTheNextRequestIsServed() throws Exception {
    try (FerryProcess ferry = withSmallHeap(FerryLaunch.embedded())) {
      // Every character is a token.
      assertRefusedAndServed(
          ferry, "/tokenize", inputs(10, "a ".repeat(50_000)), inputs(1, "a ".repeat(30_000)));
    }
  }

  @Test
  void vectorsThatWouldNotFitAreRefusedAndTheNextRequestIsServed(@TempDir Path models)
      throws Exception {
    ModelFolder.copy("tiny-bert-embed", models.resolve("tiny-bert-embed"));
    try (FerryProcess ferry =
        withSmallHeap(
            FerryLaunch.models(models)
                .with("ferry.queue.capacity", "1000")
                .with("ferry.limits.max-rows", "1000"))) {
      // 64 tokens of 32 numbers.
      assertRefusedAndServed(
          ferry,
          "/embed_all",
          inputs(1_000, "a ".repeat(100), ", \"truncate\": true"),
          inputs(300, "a ".repeat(100), ", \"truncate\": true"));
    }
  }

  private static FerryProcess withSmallHeap(FerryLaunch launch) throws Exception {
    return launch.withEnvironment("JAVA_TOOL_OPTIONS", "-Xmx96m").start();
  }

  private static String inputs(int count, String text, String... fields) {
    return Collections.nCopies(count, "\"" + text + "\"").stream()
        .collect(Collectors.joining(", ", "{\"inputs\": [", "]" + String.join("", fields) + "}"));
  }

  /** What is served takes more than half of the room: the next one needs it back. */
  private static void assertRefusedAndServed(
      FerryProcess ferry, String path, String tooLarge, String large) throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> refused = ferry.post(path, tooLarge);
      assertEquals(422, refused.statusCode(), refused::body);
      assertTrue(refused.body().contains("send fewer or shorter texts at once"), refused::body);
      Eventually.within(
          Duration.ofSeconds(20), "room", () -> ferry.post(path, large).statusCode() == 200);
    }
    assertFalse(ferry.log().contains("OutOfMemory"), ferry::log);
  }

  private static Socket begin(FerryProcess ferry) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), ferry.applicationPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket
        .getOutputStream()
        .write(
            ("POST /process HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: "
                    + LARGE
                    + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static void send(Socket socket) throws IOException {
    byte[] part = "x".repeat(ALL_BUT_THE_END / 100).getBytes(StandardCharsets.US_ASCII);
    try {
      for (int i = 0; i < 100; i++) {
        socket.getOutputStream().write(part);
      }
    } catch (SocketException refusedMeanwhile) {
      // The answer is there to be read all the same.
    }
  }

  private static String firstAnswer(Socket one, Socket other) throws Exception {
    CompletableFuture<String> first = new CompletableFuture<>();
    for (Socket socket : List.of(one, other)) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  first.complete(status(socket));
                } catch (IOException closed) {
                  // The other one had the answer, or nobody has.
                }
              });
    }
    return first.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static String status(Socket socket) throws IOException {
    return new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
        .readLine();
  }
}
