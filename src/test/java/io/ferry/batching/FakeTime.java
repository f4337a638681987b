package io.ferry.batching;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Time that stands still until somebody waits, for tests of one thread. What was planned for a
 * moment happens when a wait passes over it.
 */
public final class FakeTime implements Ticker {

  private record Event(long nanos, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::nanos));
  private long now;

  @Override
  public long nanos() {
    return now;
  }

  /** Plans something for a moment. */
  public void at(Duration moment, Runnable action) {
    events.add(new Event(moment.toNanos(), action));
  }

  /** Lets time pass, as a busy device does: nobody can be woken meanwhile. */
  public void pass(Duration time) {
    long end = now + time.toNanos();
    while (!events.isEmpty() && events.peek().nanos() <= end) {
      happen(events.remove());
    }
    now = end;
  }

  /** A parker of the test's thread. */
  public FakeParker parker() {
    return new FakeParker();
  }

  private void happen(Event event) {
    now = Math.max(now, event.nanos());
    event.action().run();
  }

  /** Waits by letting the planned things happen. */
  public final class FakeParker implements Parker {

    private boolean woken;
    private int unparks;

    /** How often somebody woke the owner. */
    public int unparks() {
      return unparks;
    }

    @Override
    public void parkUntil(long nanos) {
      while (!woken && !events.isEmpty() && events.peek().nanos() <= nanos) {
        happen(events.remove());
      }
      if (!woken) {
        now = Math.max(now, nanos);
      }
      woken = false;
    }

    @Override
    public void park() {
      while (!woken) {
        if (events.isEmpty()) {
          throw new AssertionError("waits for ever: nothing is planned that could wake it");
        }
        happen(events.remove());
      }
      woken = false;
    }

    @Override
    public void unpark() {
      woken = true;
      unparks++;
    }
  }
}
