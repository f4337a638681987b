package io.ferry.simulation;

import io.ferry.batching.Parker;
import io.ferry.batching.Ticker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A clock that moves only when everybody waits for it: lanes in their parkers or in a pass. What is
 * scheduled meanwhile (arrivals, deadlines, cancels, the ends of passes) then happens, in order.
 * Lanes are threads, but only one thread runs at any moment: the conductor, who calls {@link #run},
 * or the lane whose turn it is. So a seed repeats a whole server exactly.
 */
final class VirtualTime implements Ticker {

  private record Event(long nanos, long sequence, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparing(Event::sequence));
  private final List<LaneThread> lanes = new ArrayList<>();
  private final Semaphore conductor = new Semaphore(0);
  private final Runnable afterEachEvent;
  private long now;
  private long sequence;
  private @Nullable Throwable failure;

  /** A clock at 0, which has the invariants checked after each event. */
  VirtualTime(Runnable afterEachEvent) {
    this.afterEachEvent = afterEachEvent;
  }

  @Override
  public long nanos() {
    return now;
  }

  void at(long nanos, Runnable action) {
    events.add(new Event(Math.max(nanos, now), sequence++, action));
  }

  /** Lets happen what is planned, until nothing is. */
  void run() {
    while (!events.isEmpty()) {
      Event event = events.remove();
      now = event.nanos();
      event.action().run();
      if (failure != null) {
        throw new Violation(failure);
      }
      afterEachEvent.run();
    }
    if (lanes.stream().anyMatch(lane -> !lane.ended)) {
      throw new Violation("a lane sleeps and nothing will ever wake it");
    }
  }

  /** A thread that runs a loop, and its parker. */
  final class LaneThread implements Parker {

    private final Semaphore turn = new Semaphore(0);
    private boolean unparked;
    private boolean parked;
    private boolean waking;
    private boolean ended;
    private long parks;
    private long passEndedNanos;

    /** Begins with the loop as soon as the conductor runs. */
    void start(Runnable loop) {
      lanes.add(this);
      Thread.ofVirtual()
          .start(
              () -> {
                turn.acquireUninterruptibly();
                try {
                  loop.run();
                } catch (RuntimeException | Error thrown) {
                  failure = thrown;
                } finally {
                  ended = true;
                  conductor.release();
                }
              });
      at(now, this::resume);
    }

    /** The lane is in a pass for so long, with all that happens meanwhile. */
    void pass(long nanos) {
      at(now + nanos, this::resume);
      awaitTurn();
      passEndedNanos = now;
    }

    /** When the last pass ended. */
    long passEndedNanos() {
      return passEndedNanos;
    }

    /** The conductor lets the lane run until it waits again. */
    private void resume() {
      waking = false;
      turn.release();
      conductor.acquireUninterruptibly();
    }

    private void awaitTurn() {
      conductor.release();
      turn.acquireUninterruptibly();
    }

    @Override
    public void parkUntil(long nanos) {
      if (nanos > now) {
        long thisPark = parks + 1;
        if (!unparked) {
          at(
              nanos,
              () -> {
                if (parked && parks == thisPark) {
                  wake();
                }
              });
        }
        park();
      }
    }

    @Override
    public void park() {
      parks++;
      if (!unparked) {
        parked = true;
        awaitTurn();
      }
      unparked = false;
    }

    private void wake() {
      parked = false;
      resume();
    }

    @Override
    public void unpark() {
      if (parked) {
        parked = false;
        waking = true;
        at(now, this::resume);
      } else {
        unparked = true;
      }
    }

    /** Whether somebody has woken the lane, and it has not looked round yet. */
    boolean waking() {
      return waking;
    }

    /** Whether the lane sleeps and nobody has woken it. */
    boolean asleep() {
      return parked;
    }
  }
}
