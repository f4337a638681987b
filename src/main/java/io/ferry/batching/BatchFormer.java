package io.ferry.batching;

import io.ferry.batching.Decision.Dispatch;
import io.ferry.batching.Decision.Idle;
import io.ferry.batching.Decision.WaitUntil;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a batch leaves and who is in it. A state machine without clock, lock or thread: rows
 * and the time go in, a {@link Decision} comes out. {@link RequestQueue} keeps it behind its lock.
 *
 * <p><b>When.</b> A full batch leaves at once. Otherwise the batch leaves when its oldest row has
 * waited max-wait since it arrived; at once if a row's deadline would not survive the wait.
 *
 * <p><b>Who.</b> Rows in order of arrival, moved by two things. A step of priority counts as having
 * come {@link BatchPolicy#PRIORITY_STEP} earlier, so a low priority waits longer but not for ever.
 * The k-th max-size rows of a long list count as having come k passes later, so a list does not
 * block the singles behind it. The batch ends at the first row that does not fit; rows of another
 * shape than its first keep their places and wait for the next.
 */
public final class BatchFormer {

  private static final long NOW = Long.MIN_VALUE;
  private static final long NEVER = Long.MAX_VALUE;

  private final BatchPolicy policy;
  private final WaitingRows waiting = new WaitingRows();
  private int maxSize;
  private long passNanos;
  private boolean draining;

  /** A former with nothing waiting. */
  public BatchFormer(BatchPolicy policy) {
    this.policy = policy;
    this.maxSize = policy.maxSize();
  }

  /** The number of rows that wait. */
  int size() {
    return waiting.size();
  }

  @Nullable Entry first() {
    return waiting.first();
  }

  /** Lets a row in. */
  void add(Entry entry) {
    Ticket ticket = entry.ticket();
    long waited = ticket.arrivalNanos() + policy.maxWait().toNanos();
    boolean survives = waited + passNanos < ticket.deadlineNanos();
    entry.dueNanos = survives ? waited : ticket.arrivalNanos();
    entry.orderNanos =
        ticket.arrivalNanos()
            + entry.position() / policy.maxSize() * passNanos
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
  }

  /** Learns how long a pass takes, as a moving average. */
  void passTakes(long nanos) {
    passNanos = nanos;
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
    long due = dueNanos();
    if (due == NEVER) {
      return new Idle();
    }
    return due <= now ? select(now) : new WaitUntil(due);
  }

  /**
   * When the next batch leaves, if a lane is free: the far past if at once, the far future if no
   * row waits.
   */
  long dueNanos() {
    Entry first = waiting.first();
    if (first == null) {
      return NEVER;
    }
    if (draining || policy.maxWait().isZero()) {
      return NOW;
    }
    long due = NEVER;
    int rows = 0;
    int longest = 0;
    for (Entry entry = first; entry != null; entry = entry.next) {
      due = Math.min(due, entry.dueNanos);
      if (!entry.input().stacksWith(first.input())) {
        continue;
      }
      longest = Math.max(longest, entry.input().length());
      rows++;
      if (rows == maxSize || !fits(rows + 1, longest)) {
        return NOW;
      }
    }
    return due;
  }

  private Dispatch select(long now) {
    List<Entry> rows = new ArrayList<>(Math.min(maxSize, waiting.size()));
    List<Entry> expired = new ArrayList<>(0);
    int longest = 0;
    Entry entry = waiting.first();
    while (entry != null && rows.size() < maxSize) {
      Entry following = entry.next;
      if (entry.expiredAt(now)) {
        waiting.remove(entry);
        expired.add(entry);
      } else if (rows.isEmpty() || entry.input().stacksWith(rows.getFirst().input())) {
        longest = Math.max(longest, entry.input().length());
        if (!rows.isEmpty() && !fits(rows.size() + 1, longest)) {
          break;
        }
        waiting.remove(entry);
        rows.add(entry);
      }
      entry = following;
    }
    return new Dispatch(rows, expired);
  }

  private boolean fits(int rows, int longest) {
    return (long) rows * longest <= policy.maxTokens();
  }
}
