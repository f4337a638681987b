package io.ferry.simulation;

import io.ferry.batching.Parker;
import io.ferry.batching.Ticker;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * A clock that moves only when somebody waits for it: the lane in its parker, or the device in a
 * pass. What is scheduled meanwhile (arrivals, deadlines, cancels) then happens, in order, on the
 * one thread there is. So a whole server runs in one thread, and a seed repeats it exactly.
 */
final class VirtualTime implements Ticker {

  private record Event(long nanos, long sequence, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparing(Event::sequence));
  private final Runnable afterEachEvent;
  private long now;
  private long sequence;

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

  /** Lets the time pass, with all that happens in it. */
  void pass(long nanos) {
    long end = now + nanos;
    while (!events.isEmpty() && events.peek().nanos() <= end) {
      runNext();
    }
    now = end;
  }

  private void runNext() {
    Event event = events.remove();
    now = event.nanos();
    event.action().run();
    afterEachEvent.run();
  }

  /** The parker of the only lane. */
  final class Lane implements Parker {

    private boolean unparked;
    private boolean parked;

    @Override
    public void parkUntil(long nanos) {
      parked = true;
      while (!unparked && !events.isEmpty() && events.peek().nanos() <= nanos) {
        runNext();
      }
      if (!unparked) {
        now = Math.max(now, nanos);
      }
      wake();
    }

    @Override
    public void park() {
      parked = true;
      while (!unparked) {
        if (events.isEmpty()) {
          throw new Violation("the lane sleeps and nothing will ever wake it");
        }
        runNext();
      }
      wake();
    }

    private void wake() {
      parked = false;
      unparked = false;
    }

    @Override
    public void unpark() {
      unparked = true;
    }

    /** Whether the lane sleeps and nobody has woken it. */
    boolean asleep() {
      return parked && !unparked;
    }
  }
}
