package io.ferry.batching;

import io.ferry.inference.Encoding;
import io.ferry.inference.ModelInput;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A former that is filled and read in a line of text, so that a test is a table. A row is written
 * as name, arrival in ms, and what is out of the ordinary: {@code a@0}, {@code b@5x40} (40 tokens),
 * {@code c@5!20} (its deadline is at 20 ms), {@code d@5^9} (priority 9).
 */
final class FormerTable {

  private static final Pattern ROW =
      Pattern.compile("(\\w+)@(\\d+)(?:x(\\d+))?(?:!(\\d+))?(?:\\^(\\d))?");
  private static final long FAR_MILLIS = 1_000_000;

  private final FakeTime time = new FakeTime();
  private final RequestQueue queue;
  private final Map<Entry, String> names = new LinkedHashMap<>();
  final Forecast forecast;
  final BatchFormer former;

  FormerTable(BatchPolicy policy) {
    this.queue = new RequestQueue(policy, new DeviceScheduler(time));
    this.forecast = new Forecast(policy);
    this.former = new BatchFormer(policy, forecast);
  }

  static long nanos(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  FormerTable add(String rows) {
    if (!rows.isEmpty()) {
      for (String row : rows.split(" ", -1)) {
        Matcher parts = ROW.matcher(row);
        if (!parts.matches()) {
          throw new IllegalArgumentException("not a row: " + row);
        }
        long deadline = number(parts.group(4), FAR_MILLIS);
        int priority = (int) number(parts.group(5), BatchPolicy.DEFAULT_PRIORITY);
        int tokens = (int) number(parts.group(3), 1);
        addList(parts.group(1), number(parts.group(2), 0), 1, tokens, deadline, priority);
      }
    }
    return this;
  }

  /** A request of many rows, which are named by their places: {@code list0}, {@code list1}. */
  FormerTable addList(String name, long arrival, int rows) {
    return addList(name, arrival, rows, 1, FAR_MILLIS, BatchPolicy.DEFAULT_PRIORITY);
  }

  private FormerTable addList(
      String name, long arrival, int rows, int tokens, long deadline, int priority) {
    List<ModelInput> encodings =
        java.util.stream.IntStream.range(0, rows)
            .<ModelInput>mapToObj(row -> encoding(tokens))
            .toList();
    Ticket ticket =
        new Ticket(
            queue, time, time.parker(), nanos(arrival), nanos(deadline), priority, encodings);
    for (Entry entry : ticket.entries()) {
      names.put(entry, rows == 1 ? name : name + entry.position());
    }
    former.add(ticket, 0, 1);
    return this;
  }

  /** Passes of any rows and length have taken a fixed time, and so much for each padded token. */
  FormerTable learn(Duration fixed, Duration perToken) {
    for (int rows = 1; rows <= 64; rows *= 2) {
      for (int length = 1; length <= 512; length *= 2) {
        Batch batch = new Batch(Collections.nCopies(rows, new Sample(encoding(length))));
        forecast.served(batch, fixed.toNanos() + perToken.toNanos() * batch.paddedTokens());
      }
    }
    return this;
  }

  private static Encoding encoding(int tokens) {
    return new Encoding(new long[tokens]);
  }

  /** Takes a row out again. */
  void remove(String name) {
    names.forEach(
        (entry, its) -> {
          if (its.equals(name)) {
            former.remove(entry);
          }
        });
  }

  /** What the former decides, such as {@code run a b}, {@code wait until 10} or {@code idle}. */
  String next(long millis) {
    return switch (former.next(nanos(millis))) {
      case Decision.Dispatch(List<Entry> rows, List<Entry> expired) ->
          ("run " + text(rows) + (expired.isEmpty() ? "" : " expired " + text(expired)))
              .replace("  ", " ")
              .strip();
      case Decision.WaitUntil(long nanos) -> "wait until " + nanos / nanos(1);
      case Decision.Idle() -> "idle";
    };
  }

  private String text(List<Entry> entries) {
    return entries.stream().map(names::get).collect(Collectors.joining(" "));
  }

  private static long number(String text, long otherwise) {
    return text == null ? otherwise : Long.parseLong(text);
  }
}
