package io.ferry.batching;

import io.ferry.batching.Decision.Dispatch;
import io.ferry.batching.Decision.Idle;
import io.ferry.batching.Decision.WaitUntil;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a batch leaves; {@link MemberChoice} decides who is in it. A state machine without
 * clock, lock or thread: rows and the time go in, a {@link Decision} comes out. {@link
 * RequestQueue} keeps it behind its lock.
 *
 * <p><b>When.</b> A full batch leaves at once. Otherwise the batch leaves when its oldest row has
 * waited max-wait since it arrived, or, with {@code auto}, when waiting does not pay any more
 * ({@link AutoWait}); at once if a row's deadline would not survive the wait.
 *
 * <p><b>In which order.</b> Rows come in order of arrival, moved by three things. A step of
 * priority counts as having come {@link BatchPolicy#PRIORITY_STEP} earlier, so a low priority waits
 * longer but not for ever. A row whose deadline is near counts as having come {@link
 * BatchPolicy#DEADLINE_STEP} before its deadline at the latest, so who has little time overtakes
 * who has plenty. The k-th max-size rows of a long list count as having come k passes later, so a
 * list does not block the singles behind it.
 */
final class BatchFormer {

  private static final long NOW = Long.MIN_VALUE;
  private static final long NEVER = Long.MAX_VALUE;

  private final BatchPolicy policy;
  private final Forecast forecast;
  private final MemberChoice choice;
  private final WaitRule rule;
  private final WaitingRows waiting = new WaitingRows();
  private int maxSize;

  /** When a row last came, or a lane became free. */
  private long changedNanos;

  private boolean draining;

  /** A former with nothing waiting. */
  BatchFormer(BatchPolicy policy, Forecast forecast) {
    this.policy = policy;
    this.forecast = forecast;
    this.choice = new MemberChoice(policy, forecast.costs());
    this.rule =
        switch (policy.maxWait()) {
          case MaxWait.Fixed(var wait) -> new WaitRule.Patience(wait.toNanos(), wait.toNanos());
          case MaxWait.Auto() -> new AutoWait(forecast);
        };
    this.maxSize = policy.maxSize();
  }

  /** The number of rows that wait. */
  int size() {
    return waiting.size();
  }

  @Nullable Entry first() {
    return waiting.first();
  }

  /**
   * Lets the rows of a request in.
   *
   * @param inFlight rows that lanes are busy with
   * @param lanes that there are
   */
  void add(Ticket ticket, int inFlight, int lanes) {
    changedNanos = ticket.arrivalNanos();
    rule.arrived(
        new WaitRule.Arrival(
            changedNanos, ticket.entries().size(), waiting.size(), inFlight, lanes));
    ticket.entries().forEach(this::add);
  }

  private void add(Entry entry) {
    Ticket ticket = entry.ticket();
    long latest = ticket.deadlineNanos() - forecast.passNanos();
    // By its deadline alone; the wait is the rule's.
    entry.dueNanos =
        switch (policy.maxWait()) {
          case MaxWait.Fixed(var wait) ->
              ticket.arrivalNanos() + wait.toNanos() < latest ? NEVER : ticket.arrivalNanos();
          case MaxWait.Auto() -> latest;
        };
    entry.orderNanos =
        Math.min(
                ticket.arrivalNanos(), ticket.deadlineNanos() - BatchPolicy.DEADLINE_STEP.toNanos())
            + entry.position() / policy.maxSize() * forecast.passNanos()
            - ticket.priority() * BatchPolicy.PRIORITY_STEP.toNanos();
    waiting.insert(entry);
  }

  /** How many rows leave before this waiting one and with it, as things stand. */
  int place(Entry entry) {
    int place = waiting.size();
    for (Entry behind = entry.next; behind != null; behind = behind.next) {
      place--;
    }
    return place;
  }

  /** How many rows of this length a batch holds at most. */
  int rowsOf(int length) {
    return Math.clamp(policy.maxTokens() / Math.max(1, length), 1, maxSize);
  }

  /** Takes a waiting row out. */
  void remove(Entry entry) {
    waiting.remove(entry);
    if (waiting.size() == 0) {
      rule.nobodyWaits();
    }
  }

  /**
   * A lane has become free.
   *
   * @param inFlight rows that other lanes are busy with
   */
  void passEnded(long now, int inFlight) {
    changedNanos = now;
    rule.passEnded(now, waiting.size() + inFlight);
  }

  /** Limits a batch to fewer rows than the policy does, after the device ran out of memory. */
  void limitSize(int rows) {
    maxSize = Math.clamp(rows, 1, policy.maxSize());
  }

  /** The rows that a batch may have now. */
  int maxSize() {
    return maxSize;
  }

  /** Nothing is waited for any more: what is there leaves as soon as a lane is free. */
  void drain() {
    draining = true;
  }

  /**
   * What a free lane is to do. Members of a batch that leaves are no longer waiting.
   *
   * @param now the time on the ticker's clock
   */
  Decision next(long now) {
    long due = dueNanos(now);
    if (due == NEVER) {
      return new Idle();
    }
    if (due > now) {
      return new WaitUntil(due);
    }
    Dispatch batch = choice.choose(waiting, maxSize, now);
    double waited = 0;
    for (Entry entry : batch.rows()) {
      waited += (double) now - entry.arrivalNanos();
    }
    rule.dispatched(now, batch.rows().size(), waited);
    return batch;
  }

  /**
   * When the next batch leaves, if a lane is free: the far past if at once, the far future if no
   * row waits.
   */
  long dueNanos(long now) {
    Entry first = waiting.first();
    if (first == null) {
      return NEVER;
    }
    if (draining || policy.maxWait().equals(MaxWait.none())) {
      return NOW;
    }
    long due = NEVER;
    long oldest = NEVER;
    int rows = 0;
    int longest = 1;
    for (Entry entry = first; entry != null; entry = entry.next) {
      due = Math.min(due, entry.dueNanos);
      oldest = Math.min(oldest, entry.arrivalNanos());
      if (!entry.input().stacksWith(first.input())) {
        continue;
      }
      longest = Math.max(longest, entry.input().length());
      rows++;
      if (rows == maxSize || !choice.fits(rows + 1, longest)) {
        return NOW;
      }
    }
    WaitRule.Waiting all = new WaitRule.Waiting(oldest, changedNanos, rows, longest, maxSize);
    return Math.min(due, rule.dueNanos(now, all));
  }
}
