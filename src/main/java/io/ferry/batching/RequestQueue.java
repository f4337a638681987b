package io.ferry.batching;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where requests' threads and device lanes meet: the {@link BatchFormer} behind one lock. Rows
 * become a batch only when a lane asks, never earlier; while the device is busy the queue simply
 * grows.
 *
 * <p>A place belongs to a row's stay in here. It is given back when a lane takes the row or when
 * the row is withdrawn, so a hanging pass cannot make the queue grow past its capacity.
 */
public final class RequestQueue {

  private static final Duration RETRY_AT_LEAST = Duration.ofSeconds(1);
  private static final Duration RETRY_AT_MOST = Duration.ofMinutes(1);

  /** How soon a draining lane looks again for rows that are still being encoded. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

  private final Ticker ticker;
  private final Admission admission;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final BatchFormer former;

  @GuardedBy("lock")
  private final DrainRate drainRate = new DrainRate();

  /** Lanes that found nothing to do, with the time at which they look again. */
  @GuardedBy("lock")
  private final Map<Parker, Long> sleepingLanes = new LinkedHashMap<>();

  @GuardedBy("lock")
  private Optional<Rejection> refusal = Optional.empty();

  @GuardedBy("lock")
  private boolean ended;

  /** Written behind the lock; read without it by admission. */
  private volatile boolean closed;

  /** An open, empty queue. */
  public RequestQueue(BatchPolicy policy, Ticker ticker) {
    this.ticker = ticker;
    this.admission = new Admission(policy.queueCapacity());
    this.former = new BatchFormer(policy);
  }

  // ---- the request's side

  /**
   * First step of admission, before any work is done for a request: takes a place for each row, or
   * none. Rows with a permit are accepted: they are served also if the queue closes meanwhile.
   *
   * @return the permit, or empty if the queue has not so many free places or is closed
   */
  public Optional<Permit> tryAdmit(int rows) {
    return closed ? Optional.empty() : admission.tryAcquire(rows);
  }

  /**
   * Lets the rows in, all with the same deadline. A queue that has ended or is suspended rejects
   * them at once: the ticket is then done.
   *
   * @param permit from {@link #tryAdmit} of this queue, for as many rows
   * @param rows at least one
   * @param deadlineNanos when the caller stops waiting, on the ticker's clock
   * @param priority 0 to {@link BatchPolicy#MAX_PRIORITY}, higher sooner
   * @param caller wakes the thread that will await the ticket
   */
  public Ticket enqueue(
      Permit permit, List<ModelInput> rows, long deadlineNanos, int priority, Parker caller) {
    permit.spend(admission, rows.size());
    Ticket ticket;
    Optional<Rejection> refused;
    Optional<Parker> lane = Optional.empty();
    lock.lock();
    try {
      // The arrival is read behind the lock, so that rows come in the order of their arrivals.
      ticket = new Ticket(this, ticker, caller, ticker.nanos(), deadlineNanos, priority, rows);
      refused = refusal;
      if (refused.isEmpty()) {
        ticket.entries().forEach(former::add);
        lane = laneToWake();
      }
    } finally {
      lock.unlock();
    }
    lane.ifPresent(Parker::unpark);
    refused.ifPresent(
        reason -> {
          admission.release(rows.size());
          reject(ticket.entries(), reason);
        });
    return ticket;
  }

  /** Ends the rows of a ticket that have not ended yet, and gives their places back. */
  void withdraw(Ticket ticket, Outcome ending) {
    for (Entry entry : ticket.entries()) {
      if (entry.complete(ending)) {
        unlink(entry);
      }
    }
  }

  private void unlink(Entry entry) {
    lock.lock();
    try {
      if (entry.waiting) {
        former.remove(entry);
        admission.release(1);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * When a rejected caller should try again: the time that the rows here take to drain, 1 s to 60
   * s.
   */
  public Duration retryAfter() {
    lock.lock();
    try {
      Duration drain = drainRate.drain(admission.taken());
      if (drain.compareTo(RETRY_AT_LEAST) < 0) {
        return RETRY_AT_LEAST;
      }
      return drain.compareTo(RETRY_AT_MOST) > 0 ? RETRY_AT_MOST : drain;
    } finally {
      lock.unlock();
    }
  }

  // ---- the lanes' side

  /**
   * What a free lane is to do now. Rows that leave in a batch are in flight until {@link
   * #passEnded}.
   *
   * @param lane wakes the asking lane, should there be something to do before it looks again
   */
  Decision take(long now, Parker lane) {
    Optional<Parker> another = Optional.empty();
    Decision decision;
    lock.lock();
    try {
      sleepingLanes.remove(lane);
      decision = former.next(now);
      switch (decision) {
        case Decision.Dispatch(List<Entry> rows, List<Entry> expired) -> {
          admission.release(rows.size() + expired.size());
          inFlight.addAndGet(rows.size());
          another = laneToWake();
        }
        case Decision.WaitUntil(long nanos) -> sleepingLanes.put(lane, nanos);
        case Decision.Idle() when closed -> {
          // Places without rows are those of requests that are being encoded; they are accepted.
          if (!ended && admission.taken() > 0) {
            long again = now + LOOK_AGAIN.toNanos();
            decision = new Decision.WaitUntil(again);
            sleepingLanes.put(lane, again);
          } else {
            end();
            decision = new Decision.Closed();
          }
        }
        case Decision.Idle() -> sleepingLanes.put(lane, Long.MAX_VALUE);
        case Decision.Closed() -> throw new IllegalStateException("a former cannot be closed");
      }
    } finally {
      lock.unlock();
    }
    another.ifPresent(Parker::unpark);
    return decision;
  }

  @GuardedBy("lock")
  private void end() {
    ended = true;
    refusal = Optional.of(Rejection.DRAINING);
  }

  /** The first sleeping lane that would otherwise sleep past the time the next batch is due. */
  @GuardedBy("lock")
  private Optional<Parker> laneToWake() {
    if (sleepingLanes.isEmpty()) {
      return Optional.empty();
    }
    long due = former.dueNanos();
    for (Iterator<Map.Entry<Parker, Long>> lanes = sleepingLanes.entrySet().iterator();
        lanes.hasNext(); ) {
      Map.Entry<Parker, Long> sleeping = lanes.next();
      if (due < sleeping.getValue()) {
        lanes.remove();
        return Optional.of(sleeping.getKey());
      }
    }
    return Optional.empty();
  }

  /**
   * A lane is done with the rows it took.
   *
   * @param rows as many as it took
   * @param nanos how long it was busy with them
   */
  void passEnded(int rows, long nanos) {
    inFlight.addAndGet(-rows);
    lock.lock();
    try {
      drainRate.observe(rows, nanos);
      former.passTakes(drainRate.passNanos());
    } finally {
      lock.unlock();
    }
  }

  /** The rows that a batch may have now. */
  int batchLimit() {
    lock.lock();
    try {
      return former.maxSize();
    } finally {
      lock.unlock();
    }
  }

  /** Limits batches to fewer rows than the policy does, or lets them grow up to it again. */
  void limitBatch(int rows) {
    lock.lock();
    try {
      former.limitSize(rows);
    } finally {
      lock.unlock();
    }
  }

  // ---- opening and closing

  /** Lets rows in again after {@link #suspend}; a queue that has ended stays so. */
  void resume() {
    lock.lock();
    try {
      if (!ended) {
        refusal = Optional.empty();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Admits nobody from now on; who is admitted is still served. Lanes end when nobody is left. */
  public void close() {
    List<Parker> lanes;
    lock.lock();
    try {
      closed = true;
      former.drain();
      lanes = List.copyOf(sleepingLanes.keySet());
      sleepingLanes.clear();
    } finally {
      lock.unlock();
    }
    lanes.forEach(Parker::unpark);
  }

  /** Closes, and rejects also who is admitted. */
  public void abandon() {
    close();
    suspend(Rejection.DRAINING);
    lock.lock();
    try {
      end();
    } finally {
      lock.unlock();
    }
  }

  /** Rejects what waits and what comes, until {@link #resume}. */
  void suspend(Rejection reason) {
    List<Entry> turnedAway = new ArrayList<>();
    lock.lock();
    try {
      if (!ended) {
        refusal = Optional.of(reason);
      }
      for (Entry entry = former.first(); entry != null; entry = former.first()) {
        former.remove(entry);
        turnedAway.add(entry);
      }
    } finally {
      lock.unlock();
    }
    admission.release(turnedAway.size());
    reject(turnedAway, reason);
  }

  private void reject(List<Entry> entries, Rejection reason) {
    Outcome rejected = new Outcome.Rejected(reason, retryAfter());
    entries.forEach(entry -> entry.complete(rejected));
  }

  /** A look at the queue. Any thread may call this. */
  public QueueState state() {
    long now = ticker.nanos();
    lock.lock();
    try {
      long oldest = now;
      for (Entry entry = former.first(); entry != null; entry = entry.next) {
        oldest = Math.min(oldest, entry.arrivalNanos());
      }
      return new QueueState(
          former.size(), Duration.ofNanos(now - oldest), admission.taken(), inFlight.get());
    } finally {
      lock.unlock();
    }
  }
}
