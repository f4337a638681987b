import java.util.Arrays;
import java.util.Locale;

/** Latencies, in nanoseconds. */
final class Times {

  private long[] nanos = new long[1 << 12];
  int count;

  void add(long taken) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = taken;
  }

  long within(double millis) {
    return Arrays.stream(nanos, 0, count).filter(it -> it / 1e6 <= millis).count();
  }

  String json() {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return String.format(
        Locale.ROOT,
        "\"p50\": %.3f, \"p95\": %.3f, \"p99\": %.3f, \"max\": %.3f",
        at(sorted, 0.5),
        at(sorted, 0.95),
        at(sorted, 0.99),
        at(sorted, 1));
  }

  /** The smallest value that at least this share of the sorted ones does not exceed. */
  private static double at(long[] sorted, double share) {
    // Infinity would not be JSON.
    int place = (int) Math.max(0, Math.ceil(share * sorted.length) - 1);
    return sorted.length == 0 ? -1 : sorted[place] / 1e6;
  }
}
