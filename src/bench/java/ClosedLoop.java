import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps a server saturated: each of so many connections sends its next request when it has the
 * answer to the last one. Prints a line of JSON.
 *
 * <pre>
 * java ClosedLoop.java URL CONNECTIONS SECONDS BODY_FILE
 * </pre>
 *
 * <p>It shares the machine's processors with the server, so it does as little as it can: bytes that
 * were made before, on plain sockets, one platform thread a connection. Start it with {@code
 * -XX:TieredStopAtLevel=1 -XX:+UseSerialGC}. A third of the time again is run before it counts.
 */
public final class ClosedLoop {

  private static final String LENGTH = "content-length:";

  private final URI url;
  private final byte[] request;
  private final AtomicBoolean counting = new AtomicBoolean();
  private final AtomicBoolean enough = new AtomicBoolean();
  private final LongAdder answered = new LongAdder();
  private final LongAdder refused = new LongAdder();

  private ClosedLoop(URI url, String body) {
    this.url = url;
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    byte[] head =
        ("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                .formatted(url.getPath(), url.getAuthority(), bytes.length))
            .getBytes(StandardCharsets.ISO_8859_1);
    this.request = Arrays.copyOf(head, head.length + bytes.length);
    System.arraycopy(bytes, 0, request, head.length, bytes.length);
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    ClosedLoop loop = new ClosedLoop(URI.create(args[0]), Files.readString(Path.of(args[3])));
    loop.run(Integer.parseInt(args[1]), Double.parseDouble(args[2]));
  }

  private void run(int connections, double seconds) throws InterruptedException {
    Thread[] threads = new Thread[connections];
    for (int i = 0; i < connections; i++) {
      threads[i] = Thread.ofPlatform().start(this::connection);
    }
    Thread.sleep((long) (seconds * 1000 / 3));
    long start = System.nanoTime();
    counting.set(true);
    Thread.sleep((long) (seconds * 1000));
    counting.set(false);
    double took = (System.nanoTime() - start) / 1e9;
    enough.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.printf(
        Locale.ROOT,
        "{\"connections\": %d, \"requests_per_second\": %.1f, \"refused\": %d}%n",
        connections,
        answered.sum() / took,
        refused.sum());
  }

  private void connection() {
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      while (!enough.get()) {
        out.write(request);
        if (answer(in)) {
          if (counting.get()) {
            answered.increment();
          }
        } else {
          refused.increment();
        }
      }
    } catch (IOException broken) {
      refused.increment();
    }
  }

  /** Reads one answer; whether it is a 200. */
  private static boolean answer(InputStream in) throws IOException {
    boolean good = line(in).contains(" 200 ");
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
        length = Integer.parseInt(header.substring(LENGTH.length()).strip());
      }
    }
    in.skipNBytes(length);
    return good;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
