package io.ferry.batching;

import java.time.Duration;
import java.util.Arrays;

/**
 * What a queue expects: how long passes take, how much arrives, and when who comes now would be
 * served. Guarded by the queue's lock.
 */
final class Forecast {

  private static final Duration RETRY_AT_LEAST = Duration.ofSeconds(1);
  private static final Duration RETRY_AT_MOST = Duration.ofMinutes(1);

  /** Of how many of the last rows the lengths are kept. */
  private static final int KEPT_LENGTHS = 128;

  /** For how many passes the device time of a row is good enough. */
  private static final long KEPT_PASSES = 16;

  /** How much the newest pass or request counts in an average. */
  private static final double WEIGHT = 0.1;

  /** The share of passes that may be expected to go to rows that are not there yet, at most. */
  private static final double MOST_OVERTAKEN = 0.95;

  private final BatchPolicy policy;
  private final CostModel cost = new CostModel();
  private final CostTable costs = new CostTable(cost);
  private final ArrivalRate arrivals = new ArrivalRate();

  /** Those that overtook others when they came. */
  private final ArrivalRate overtakers = new ArrivalRate();

  private final int[] lengths = new int[KEPT_LENGTHS];
  private long lengthsSeen;
  private double rowsOfRequest;
  private double passNanos;
  private double rowNanos;
  private long rowNanosOfPass = Long.MIN_VALUE / 2;

  Forecast(BatchPolicy policy) {
    this.policy = policy;
  }

  // ---- what is learnt

  /** A request has come. */
  void arrived(Ticket ticket) {
    int rows = ticket.entries().size();
    arrivals.observe(rows, ticket.arrivalNanos());
    rowsOfRequest = blend(rowsOfRequest, rows);
    for (Entry entry : ticket.entries()) {
      lengths[(int) (lengthsSeen++ % KEPT_LENGTHS)] = Math.max(1, entry.input().length());
    }
  }

  /** A pass gave its answers: what it took is what such a pass takes. */
  void served(Batch batch, long nanos) {
    cost.observe(batch.size(), batch.longest(), nanos);
  }

  /** A lane is done with rows that it took, whatever became of them. */
  void passEnded(long nanos) {
    passNanos = blend(passNanos, (double) nanos);
  }

  private static double blend(double average, double sample) {
    return average == 0 ? sample : average + WEIGHT * (sample - average);
  }

  // ---- what is expected

  /** What passes take. */
  CostTable costs() {
    return costs;
  }

  /** The padded length of passes lately, at least 1. */
  int usualLength() {
    return Math.max(1, cost.usualLength());
  }

  /** What passes of the usual length take; only if costs are known. */
  CostTable.OfLength usualCost() {
    return costs.at(usualLength());
  }

  /** How many rows of the usual length a batch holds at most. */
  int fullBatch() {
    return Math.clamp(policy.maxTokens() / usualLength(), 1, policy.maxSize());
  }

  /** How long a pass of these rows should take, judged by those before; 0 before the first. */
  long nanos(Batch batch) {
    return cost.estimate(batch.size(), batch.longest()).orElse(0);
  }

  /** How long lanes were busy with what they took lately; 0 before the first. */
  long passNanos() {
    return Math.round(passNanos);
  }

  /** How far what passes were expected to take was off lately, as a share of what they took. */
  double error() {
    return cost.error();
  }

  /** How many rows come within a time, as they came lately. */
  double arrivals(double nanos) {
    return arrivals.rows(nanos);
  }

  /** How many rows a request has, as they came lately; 0 before the first. */
  double rowsOfRequest() {
    return rowsOfRequest;
  }

  /**
   * Device time of a row in the most efficient batches, for rows as long as those that came lately;
   * 0 while nothing is known.
   */
  double rowNanos() {
    int kept = (int) Math.min(lengthsSeen, KEPT_LENGTHS);
    if (!costs.known() || kept == 0) {
      return 0;
    }
    if (cost.passes() - rowNanosOfPass >= KEPT_PASSES) {
      rowNanosOfPass = cost.passes();
      // What does not fill a batch is repeated until it does.
      int full = Math.min(policy.maxSize(), KEPT_LENGTHS);
      int[] sample = new int[Math.ceilDiv(kept, full) * full];
      for (int i = 0; i < sample.length; i++) {
        sample[i] = lengths[i % kept];
      }
      Arrays.sort(sample);
      LengthPlan plan = LengthPlan.of(sample, full, policy.maxTokens(), costs);
      rowNanos = plan.nanos() / sample.length;
    }
    return rowNanos;
  }

  /**
   * When to try again: when so many rows will have left, but within {@link #RETRY_AT_LEAST} and
   * {@link #RETRY_AT_MOST}.
   *
   * @param slowness how many times as long as on one lane that nobody else needs
   */
  Duration retryAfter(int rows, double slowness) {
    Duration drain = Duration.ofNanos(Math.round(rows * rowNanos() * slowness));
    if (drain.compareTo(RETRY_AT_LEAST) < 0) {
      return RETRY_AT_LEAST;
    }
    return drain.compareTo(RETRY_AT_MOST) > 0 ? RETRY_AT_MOST : drain;
  }

  /**
   * Whether the last row of a ticket that has just come would be served past its deadline, as far
   * as costs are known: after the passes that go before, in one that has grown until then by what
   * arrives meanwhile. A lane that is free serves at once whatever was learnt, so a wrong estimate
   * cannot shut the queue for good.
   *
   * @param former where the rows wait
   */
  boolean tooLate(Ticket ticket, BatchFormer former, DeviceScheduler scheduler) {
    long now = ticket.arrivalNanos();
    Entry last = ticket.entries().getLast();
    int place = former.place(last);
    boolean ahead = last.next != null;
    if (ahead) {
      overtakers.observe(ticket.entries().size(), now);
    }
    int length = cost.usualLength();
    long free = scheduler.freeNanos(now);
    if (length == 0 || (free == now && place <= former.maxSize())) {
      return false;
    }
    int full = former.rowsOf(length);
    int passesBefore = (place - 1) / full;
    double start = free;
    if (passesBefore > 0) {
      double pass = costs.nanos(full, length) / scheduler.lanes();
      // What overtakes meanwhile takes its share of each pass.
      double overtaken = ahead ? 0 : Math.min(MOST_OVERTAKEN, overtakers.rows(pass, now) / full);
      start += passesBefore * pass / (1 - overtaken);
    }
    double company = place - (double) passesBefore * full + arrivals.rows(start - now);
    int rows = (int) Math.clamp(company, 1, full);
    int own = ticket.longest();
    int padded = rows <= ticket.entries().size() ? own : Math.max(own, length);
    return start + costs.nanos(rows, padded) > ticket.deadlineNanos();
  }
}
