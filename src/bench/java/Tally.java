import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What came back. */
final class Tally {

  static final int TIMED_OUT = -1;
  static final int BROKEN_OFF = -2;

  private final boolean open;
  private final Map<String, String> options;
  private final Map<Integer, Times> times = new HashMap<>();
  private final Times lateness = new Times();

  /** What was due (in the closed loop: answered) before this does not count. */
  long from;

  private long start;
  private long end;
  private long answersBefore;
  private long answers;
  private double ownCpu;
  private double serverCpu;
  private long servedByEnd;

  Tally(boolean open, Map<String, String> options) {
    this.open = open;
    this.options = options;
  }

  boolean started() {
    return start != 0;
  }

  void start(long now) {
    start = now;
    ownCpu = -ownCpuSeconds();
    serverCpu = -serverCpuSeconds();
    answersBefore = answers;
  }

  void stop() {
    end = System.nanoTime();
    ownCpu += ownCpuSeconds();
    serverCpu += serverCpuSeconds();
    servedByEnd = answers - answersBefore;
  }

  void sent(long due, long now) {
    if (due >= from) {
      lateness.add(now - due);
    }
  }

  void answer(long due, long now, int status) {
    if (status == 200 && end == 0) {
      answers++;
    }
    if (open ? due >= from : now >= from && end == 0) {
      times.computeIfAbsent(status, _ -> new Times()).add(now - due);
    }
  }

  private static double ownCpuSeconds() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e9;
  }

  private double serverCpuSeconds() {
    if (!options.containsKey("pid")) {
      return 0;
    }
    return ProcessHandle.of(Long.parseLong(options.get("pid")))
        .map(it -> Stream.concat(Stream.of(it), it.descendants()).mapToDouble(Tally::cpu).sum())
        .orElse(0.0);
  }

  private static double cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  String json() {
    double seconds = (end - start) / 1e9;
    Times served = times.getOrDefault(200, new Times());
    Times refused = times.getOrDefault(429, new Times());
    long all = times.values().stream().mapToLong(it -> it.count).sum();
    StringBuilder endings = new StringBuilder();
    times.forEach(
        (status, it) ->
            endings.append(
                "%s\"%s\": %d".formatted(endings.isEmpty() ? "" : ", ", ending(status), it.count)));
    return String.format(
        Locale.ROOT,
        "{\"seconds\": %.3f, \"sent\": %d, \"served\": %d, \"lost\": %d, \"per_second\": %.1f,"
            + " \"within_goal_per_second\": %.1f, \"own_cpu\": %.3f, \"server_cpu\": %.3f,"
            + " \"server_cpu_us_per_answer\": %.1f, %s, \"refused\": {\"count\": %d, %s},"
            + " \"late\": {%s}, \"endings\": {%s}}",
        seconds,
        all,
        served.count,
        all - served.count,
        servedByEnd / seconds,
        served.within(Double.parseDouble(options.getOrDefault("goal-ms", "1e9"))) / seconds,
        ownCpu / seconds,
        serverCpu / seconds,
        servedByEnd == 0 ? 0 : serverCpu * 1e6 / servedByEnd,
        served.json(),
        refused.count,
        refused.json(),
        lateness.json(),
        endings);
  }

  private static String ending(int status) {
    return switch (status) {
      case TIMED_OUT -> "timed out";
      case BROKEN_OFF -> "broken off";
      default -> Integer.toString(status);
    };
  }
}
