package io.ferry.batching;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the requests of one model wait for a lane: the {@link BatchFormer} behind the lock of the
 * {@link DeviceScheduler}. Rows become a batch only when a lane asks, never earlier; while the
 * device is busy the queue simply grows.
 *
 * <p>A place belongs to a row's stay in here. It is given back when a lane takes the row or when
 * the row is withdrawn, so a hanging pass cannot make the queue grow past its capacity.
 */
public final class RequestQueue {

  /** How soon a draining lane looks again for rows that are still being encoded. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

  private final DeviceScheduler scheduler;
  private final Ticker ticker;
  private final Admission admission;

  /** Any thread adds; it is read behind the lock. */
  private final OfferedRate offered;

  private final AtomicInteger inFlight = new AtomicInteger();
  private final ReentrantLock lock;

  @GuardedBy("lock")
  private final BatchFormer former;

  @GuardedBy("lock")
  private final Forecast forecast;

  @GuardedBy("lock")
  private Optional<Rejection> refusal = Optional.empty();

  @GuardedBy("lock")
  private boolean ended;

  /** Written behind the lock; read without it by admission. */
  private volatile boolean closed;

  /** An open, empty queue that this scheduler serves, once it has a {@link Flow}. */
  public RequestQueue(BatchPolicy policy, DeviceScheduler scheduler) {
    this(policy, scheduler, new Admission(policy.queueCapacity()));
  }

  RequestQueue(BatchPolicy policy, DeviceScheduler scheduler, Admission admission) {
    this.scheduler = scheduler;
    this.ticker = scheduler.ticker();
    this.lock = scheduler.lock();
    this.admission = admission;
    this.forecast = new Forecast(policy);
    this.offered = new OfferedRate(ticker.nanos());
    this.former = new BatchFormer(policy, forecast);
  }

  // ---- the request's side

  /**
   * First step of admission, before any work is done for a request: takes a place for each row, or
   * none. Rows with a permit are accepted: they are served also if the queue closes meanwhile.
   *
   * @return the permit, or empty if the queue has not so many free places or is closed
   */
  public Optional<Permit> tryAdmit(int rows) {
    Optional<Permit> permit = admission.tryAcquire(rows);
    // Looked at last: a lane that found the places free and the queue closed has ended it.
    if (closed) {
      permit.ifPresent(Permit::close);
      return Optional.empty();
    }
    offered.add(rows);
    return permit;
  }

  /**
   * Second step of admission: lets the rows in, all with the same deadline. A queue that has ended
   * or is suspended rejects them at once, and so does one where they would wait past their
   * deadline: the ticket is then done.
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
    Optional<Lane> lane = Optional.empty();
    lock.lock();
    try {
      // The arrival is read behind the lock, so that rows come in the order of their arrivals.
      ticket = new Ticket(this, ticker, caller, ticker.nanos(), deadlineNanos, priority, rows);
      forecast.arrived(ticket);
      refused = refusal;
      if (refused.isEmpty()) {
        former.add(ticket, inFlight.get(), scheduler.lanes());
        if (forecast.tooLate(ticket, former, scheduler)) {
          ticket.entries().forEach(former::remove);
          refused = Optional.of(Rejection.DEADLINE);
        } else {
          lane = scheduler.laneToWake(ticker.nanos());
        }
      }
    } finally {
      lock.unlock();
    }
    lane.ifPresent(it -> it.parker().unpark());
    refused.ifPresent(reason -> reject(ticket.entries(), reason));
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
   * When a rejected caller should try again, 1 s to 60 s: when what is here will have been served,
   * and so much later as more arrives than can be served.
   */
  public Duration retryAfter() {
    lock.lock();
    try {
      double load = Math.max(1, scheduler.saturation(ticker.nanos()));
      return forecast.retryAfter(admission.taken(), load / scheduler.lanes());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Device seconds that arriving rows would need in a second, in the most efficient batches;
   * refused ones included.
   */
  double load(long now) {
    lock.lock();
    try {
      return offered.perNano(now) * forecast.rowNanos();
    } finally {
      lock.unlock();
    }
  }

  // ---- the lanes' side, behind the scheduler's lock

  /**
   * When the next batch leaves, if a lane is free: the far past if at once, {@link Flow#NEVER} if
   * nothing waits.
   */
  long dueNanos(long now) {
    lock.lock();
    try {
      long due = former.dueNanos(now);
      // Places without rows are those of requests that are being encoded; they are accepted.
      return due == Flow.NEVER && closed && !ended && admission.taken() > 0
          ? now + LOOK_AGAIN.toNanos()
          : due;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the batch that is due. Its rows are in flight until {@link #passEnded}. */
  Decision.Dispatch dispatch(long now) {
    lock.lock();
    try {
      if (former.next(now) instanceof Decision.Dispatch batch) {
        admission.release(batch.rows().size() + batch.expired().size());
        inFlight.addAndGet(batch.rows().size());
        return batch;
      }
      throw new IllegalStateException("nothing is due; this is a bug");
    } finally {
      lock.unlock();
    }
  }

  /** Whether the queue is closed, with nobody in it, on a lane, or on the way to it. */
  boolean drained() {
    lock.lock();
    try {
      return closed
          && former.size() == 0
          && inFlight.get() == 0
          && (ended || admission.taken() == 0);
    } finally {
      lock.unlock();
    }
  }

  /** Whether rows of it are on a lane. */
  boolean inFlight() {
    return inFlight.get() > 0;
  }

  /** How long a pass of these rows should take, judged by those before; 0 before the first. */
  long expectedNanos(Batch batch) {
    lock.lock();
    try {
      return forecast.nanos(batch);
    } finally {
      lock.unlock();
    }
  }

  /** A pass gave its answers: what it took is what such a pass takes. */
  void passServed(Batch batch, long nanos) {
    lock.lock();
    try {
      forecast.served(batch, nanos);
    } finally {
      lock.unlock();
    }
  }

  /** How far what passes were expected to take was off lately, as a share of what they took. */
  public double costError() {
    lock.lock();
    try {
      return forecast.error();
    } finally {
      lock.unlock();
    }
  }

  /** When the oldest waiting row came; {@link Flow#NEVER} if none waits. */
  long oldestNanos() {
    lock.lock();
    try {
      long oldest = Flow.NEVER;
      for (Entry entry = former.first(); entry != null; entry = entry.next) {
        oldest = Math.min(oldest, entry.arrivalNanos());
      }
      return oldest;
    } finally {
      lock.unlock();
    }
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
      forecast.passEnded(nanos);
      former.passEnded(ticker.nanos(), inFlight.get());
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

  /** Lets rows in again after {@link #suspend}; says whether: a queue that has ended stays so. */
  boolean resume() {
    lock.lock();
    try {
      if (!ended) {
        refusal = Optional.empty();
      }
      return !ended;
    } finally {
      lock.unlock();
    }
  }

  /** Admits nobody from now on; who is admitted is still served. Lanes end when nobody is left. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      former.drain();
    } finally {
      lock.unlock();
    }
    scheduler.wakeAll();
  }

  /** Whether it was closed: nobody is admitted any more. */
  public boolean closed() {
    return closed;
  }

  /** Closes, and rejects also who is admitted. */
  public void abandon() {
    close();
    end(Rejection.DRAINING);
    scheduler.wakeAll();
  }

  /** Rejects what waits and what comes, until {@link #resume}. */
  void suspend(Rejection reason) {
    refuse(reason, false);
  }

  /** Rejects what waits and what comes, for good. */
  void end(Rejection reason) {
    refuse(reason, true);
  }

  private void refuse(Rejection reason, boolean forGood) {
    List<Entry> turnedAway = new ArrayList<>();
    lock.lock();
    try {
      if (!ended || forGood) {
        refusal = Optional.of(reason);
      }
      ended |= forGood;
      for (Entry entry = former.first(); entry != null; entry = former.first()) {
        former.remove(entry);
        turnedAway.add(entry);
      }
    } finally {
      lock.unlock();
    }
    reject(turnedAway, reason);
  }

  /** Gives their places back and ends them. */
  private void reject(List<Entry> entries, Rejection reason) {
    admission.release(entries.size());
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
