package io.ferry.server;

import io.ferry.engine.djl.ResidentMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running server, as its clients, its orchestrator and its operator see it. */
final class FerryProcess implements AutoCloseable {

  private static final Pattern LISTENING =
      Pattern.compile(
          "Listening on: http://[^:]+:(\\d+)\\. Management interface listening on http://[^:]+:(\\d+)\\.");
  private static final Pattern GRPC = Pattern.compile("gRPC listens on port (\\d+)");
  private static final Duration MOST_TO_END = Duration.ofSeconds(60);

  private record Ports(int application, int management, int grpc) {}

  private final Process process;
  private final Log log;
  private final Ports ports;
  private final HttpClient client = newClient();

  private FerryProcess(Process process, Log log, Ports ports) {
    this.process = process;
    this.log = log;
    this.ports = ports;
  }

  /** Reads what a process writes, so that it never waits for a reader. */
  private static final class Log implements Runnable {
    private final Process process;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Ports> ports = new CompletableFuture<>();

    Log(Process process) {
      this.process = process;
    }

    @Override
    public void run() {
      int grpc = 0;
      try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          lines.add(line);
          Matcher started = GRPC.matcher(line);
          if (started.find()) {
            grpc = port(started, 1);
          }
          // The last line of a start.
          Matcher listening = LISTENING.matcher(line);
          if (listening.find()) {
            ports.complete(new Ports(port(listening, 1), port(listening, 2), grpc));
          }
        }
      } catch (IOException ended) {
        lines.add(ended.toString());
      }
      ports.completeExceptionally(new IllegalStateException("the server ended"));
    }

    private static int port(Matcher line, int group) {
      return Integer.parseInt(line.group(group));
    }

    String text() {
      return String.join("\n", lines);
    }
  }

  /** Waits for the process to listen; its models may load still. */
  static FerryProcess listening(Process process) throws InterruptedException {
    Log log = new Log(process);
    Thread.ofVirtual().start(log);
    try {
      Ports ports = log.ports.get(Eventually.MODEL_LOADS.toSeconds(), TimeUnit.SECONDS);
      return new FerryProcess(process, log, ports);
    } catch (ExecutionException | TimeoutException failed) {
      process.destroyForcibly();
      throw new AssertionError("the server did not start:\n" + log.text(), failed);
    }
  }

  /** Waits for the process to serve. */
  static FerryProcess ready(Process process) throws InterruptedException {
    FerryProcess ferry = listening(process);
    try {
      Eventually.within(Eventually.MODEL_LOADS, "ready", ferry::readyOrNever);
      return ferry;
    } catch (AssertionError failed) {
      process.destroyForcibly();
      throw new AssertionError("the server did not start:\n" + ferry.log(), failed);
    }
  }

  private boolean readyOrNever() {
    HttpResponse<String> health = health("ready");
    if (health.body().contains("Unavailable")) {
      throw new AssertionError(health.body());
    }
    return health.statusCode() == 200 && health("started").statusCode() == 200;
  }

  /** A client with connections of its own. */
  static HttpClient newClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }

  int applicationPort() {
    return ports.application();
  }

  int grpcPort() {
    return ports.grpc();
  }

  /** What the server has written so far. */
  String log() {
    return log.text();
  }

  /** {@code POST /process} with this body. */
  HttpRequest request(String body) {
    return HttpRequest.newBuilder(uri(ports.application(), "/process"))
        .header("Content-Type", "application/json")
        .timeout(Duration.ofSeconds(60))
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  /** Posts and waits for the answer. */
  HttpResponse<String> process(String body) {
    return send(request(body));
  }

  /** Posts; the answer comes later. */
  CompletableFuture<HttpResponse<String>> processLater(String body) {
    return client.sendAsync(request(body), BodyHandlers.ofString());
  }

  /** Posts JSON to a path of the application port. */
  HttpResponse<String> post(String path, String body) {
    return send(
        HttpRequest.newBuilder(uri(ports.application(), path))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(60))
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  /** Posts nothing to a path of the application port. */
  HttpResponse<String> post(String path) {
    return send(
        HttpRequest.newBuilder(uri(ports.application(), path))
            .timeout(Duration.ofSeconds(60))
            .POST(BodyPublishers.noBody())
            .build());
  }

  /** Posts bytes to a path of the application port, with headers as name, value, name, value. */
  HttpResponse<byte[]> post(String path, byte[] body, String... headers) {
    return send("POST", path, BodyPublishers.ofByteArray(body), headers);
  }

  /** Any method on a path of the application port. */
  HttpResponse<byte[]> send(String method, String path, BodyPublisher body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(ports.application(), path))
            .timeout(Duration.ofSeconds(60))
            .method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build(), BodyHandlers.ofByteArray());
  }

  /** Gets a path of the application port. */
  HttpResponse<String> get(String path) {
    return send(
        HttpRequest.newBuilder(uri(ports.application(), path))
            .timeout(Duration.ofSeconds(60))
            .build());
  }

  /** What the process holds of the machine's memory. Linux only. */
  long residentMebibytes() throws IOException {
    return ResidentMemory.mebibytes(process.pid());
  }

  /** A health endpoint: started, ready or live. */
  HttpResponse<String> health(String check) {
    return management("/q/health/" + check);
  }

  /** The sum of a metric's series, whatever their labels; 0 where there is none. */
  double metric(String name) {
    return management("/q/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** One series of a metric, with its labels; 0 if it is not there. */
  double series(String series) {
    return management("/q/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private HttpResponse<String> management(String path) {
    return send(
        HttpRequest.newBuilder(uri(ports.management(), path))
            .timeout(Duration.ofSeconds(10))
            .build());
  }

  private HttpResponse<String> send(HttpRequest request) {
    return send(request, BodyHandlers.ofString());
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> as) {
    try {
      return client.send(request, as);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  private static URI uri(int port, String path) {
    return URI.create("http://localhost:" + port + path);
  }

  /** Sends SIGTERM and returns at once. */
  void terminate() {
    // Process.destroy would also close the pipe that the log comes through.
    process.toHandle().destroy();
  }

  /** Waits for the process to end. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(MOST_TO_END.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the server does not end:\n" + log());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    client.close();
    process.destroyForcibly();
  }
}
