import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Sends requests to a server and prints what came back as one line of JSON.
 *
 * <pre>
 * java OpenLoop.java warm URL CLIENTS SECONDS            closed loop, to warm the server up
 * java OpenLoop.java load URL RATE SECONDS [SEED]        open loop, to measure it
 * </pre>
 *
 * <p>In the open loop requests become due at random moments (a Poisson process of {@code RATE} a
 * second), whatever the server does. A latency runs from the moment at which the request was due to
 * the last byte of its answer: a server that stalls cannot hide the queue in front of it, and
 * neither can this program hide that it was late. The first two seconds are sent but not counted. A
 * request that has no answer with status 200 is lost; in the percentiles it counts as if it had
 * been waited for as long as this program waits at most, so that losing requests makes none of them
 * better.
 *
 * <p>Shares the machine with the server, so start it with {@code -XX:TieredStopAtLevel=1
 * -XX:+UseSerialGC}: its compiler and collector then take little from the server.
 */
public final class OpenLoop {

  private static final double LEAD_IN_SECONDS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** No status: the request ended otherwise. */
  private static final int NO_ANSWER = 0;

  private static final int TIMED_OUT = -1;
  private static final int BROKEN_OFF = -2;

  private static final String[] BODIES =
      Arrays.stream(
              new String[] {
                "Wo fährt der Zug nach Bremen ab?",
                "The ferry leaves every twenty minutes, even in winter.",
                "¿A qué hora cierra la biblioteca los sábados?",
                "Il a oublié son parapluie dans le dernier métro.",
                "Domani piove, quindi restiamo a casa.",
                "Kan du skicka mig adressen?",
                "明日の会議は三時からです。",
                "Автобус опоздал на десять минут.",
                "ok",
                "Na een lange wandeling langs de kust dronken we koffie in een klein havencafé, waar de"
                    + " eigenaar ons vertelde hoe de storm van vorig jaar de steiger had weggeslagen."
              })
          .map(text -> "{\"input\":\"" + text + "\"}")
          .toArray(String[]::new);

  private final HttpClient client;
  private final URI url;

  private OpenLoop(HttpClient client, URI url) {
    this.client = client;
    this.url = url;
  }

  /** See the class. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length < 4) {
      System.err.println("usage: OpenLoop warm URL CLIENTS SECONDS | load URL RATE SECONDS [SEED]");
      System.exit(2);
    }
    URI url = URI.create(args[1]);
    double seconds = Double.parseDouble(args[3]);
    try (ExecutorService callbacks = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient client =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(callbacks)
                .connectTimeout(Duration.ofSeconds(10))
                .build()) {
      OpenLoop loop = new OpenLoop(client, url);
      switch (args[0]) {
        case "warm" -> loop.warm(Integer.parseInt(args[2]), seconds);
        case "load" -> {
          long seed = args.length > 4 ? Long.parseLong(args[4]) : 1;
          loop.load(Double.parseDouble(args[2]), seconds, seed);
        }
        default -> throw new IllegalArgumentException("unknown command " + args[0]);
      }
    }
  }

  /** Each client sends its next request when it has the answer to the last one. */
  private void warm(int clients, double seconds) throws InterruptedException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    int[] answered = new int[clients];
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 0; client < clients; client++) {
        int self = client;
        threads.submit(
            () -> {
              for (int i = self; System.nanoTime() < end; i++) {
                if (send(i) == 200) {
                  answered[self]++;
                }
              }
              return null;
            });
      }
    }
    System.out.printf(
        Locale.ROOT,
        "{\"clients\": %d, \"answered_per_second\": %.0f}%n",
        clients,
        Arrays.stream(answered).sum() / seconds);
  }

  private void load(double rate, double seconds, long seed) throws InterruptedException {
    double[] due = schedule(rate, LEAD_IN_SECONDS + seconds, new SplittableRandom(seed));
    double[] millis = new double[due.length];
    int[] status = new int[due.length];
    long start = System.nanoTime();
    // Close waits for the last answer, which comes within the client's patience.
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < due.length; i++) {
        int self = i;
        long dueNanos = start + (long) (due[i] * 1e9);
        for (long left = dueNanos - System.nanoTime();
            left > 0;
            left = dueNanos - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        threads.submit(
            () -> {
              status[self] = send(self);
              millis[self] = (System.nanoTime() - dueNanos) / 1e6;
              return null;
            });
      }
    }
    int first = (int) Arrays.stream(due).filter(at -> at < LEAD_IN_SECONDS).count();
    report(
        rate,
        Arrays.copyOfRange(status, first, due.length),
        Arrays.copyOfRange(millis, first, due.length));
  }

  /** The moments at which requests are due, in seconds from the start. */
  private static double[] schedule(double rate, double seconds, SplittableRandom random) {
    double[] due = new double[(int) (2 * rate * seconds) + 100];
    int count = 0;
    for (double at = gap(rate, random); at < seconds; at += gap(rate, random)) {
      due[count++] = at;
    }
    return Arrays.copyOf(due, count);
  }

  private static double gap(double rate, SplittableRandom random) {
    return -Math.log(1 - random.nextDouble()) / rate;
  }

  private int send(int i) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .timeout(PATIENCE)
            .POST(HttpRequest.BodyPublishers.ofString(BODIES[i % BODIES.length]))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (HttpTimeoutException late) {
      return TIMED_OUT;
    } catch (IOException broken) {
      return BROKEN_OFF;
    }
  }

  private static void report(double rate, int[] status, double[] millis) {
    long served = Arrays.stream(status).filter(it -> it == 200).count();
    double[] waited =
        IntStream.range(0, status.length)
            .mapToDouble(
                i -> status[i] == 200 ? millis[i] : Math.max(millis[i], PATIENCE.toMillis()))
            .sorted()
            .toArray();
    Map<String, Long> endings =
        Arrays.stream(status)
            .mapToObj(OpenLoop::ending)
            .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
    System.out.printf(
        Locale.ROOT,
        "{\"rate\": %.0f, \"sent\": %d, \"served\": %d, \"lost\": %d, \"p50\": %.2f, \"p90\": %.2f,"
            + " \"p95\": %.2f, \"p99\": %.2f, \"p999\": %.2f, \"max\": %.2f, \"endings\": {%s}}%n",
        rate,
        status.length,
        served,
        status.length - served,
        at(waited, 0.50),
        at(waited, 0.90),
        at(waited, 0.95),
        at(waited, 0.99),
        at(waited, 0.999),
        at(waited, 1),
        endings.entrySet().stream()
            .map(ending -> "\"%s\": %d".formatted(ending.getKey(), ending.getValue()))
            .collect(Collectors.joining(", ")));
  }

  private static String ending(int status) {
    return switch (status) {
      case NO_ANSWER -> "no answer";
      case TIMED_OUT -> "timed out";
      case BROKEN_OFF -> "broken off";
      default -> Integer.toString(status);
    };
  }

  /** The smallest value that at least this share of the sorted values does not exceed. */
  private static double at(double[] sorted, double share) {
    // Infinity would not be JSON.
    return sorted.length == 0
        ? -1
        : sorted[(int) Math.max(0, Math.ceil(share * sorted.length) - 1)];
  }
}
