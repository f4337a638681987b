package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Each body may be large, but not all of them at once: here the heap has room for one and a half.
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
