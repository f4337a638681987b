package io.ferry.batching;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Wakes virtual threads a little before a distant time, so that only the rest of their wait needs a
 * timer of its own.
 *
 * <p>Nearly every caller is answered long before its deadline. A timed park of a virtual thread
 * costs nevertheless: the JDK hands a task to the thread of its timers, wakes that, and cancels the
 * task again, together a tenth of all work for a small request. Here a wait costs an entry in a set
 * and its removal: a set for each tenth of a second, and one thread that sleeps until the first of
 * them. Ends of waits stay exact, because a woken thread waits for the rest by itself.
 */
final class DistantWaits {

  /** How far apart the wake-ups are; waits that are shorter are not for here. */
  static final long TICK_NANOS = Duration.ofMillis(100).toNanos();

  private final Ticker ticker;
  private final ConcurrentSkipListMap<Long, Set<Parker>> byTick = new ConcurrentSkipListMap<>();
  private final AtomicBoolean started = new AtomicBoolean();

  /** Sleeps until the first tick that has waiters. Begins with the first of them. */
  private final Thread waker =
      Thread.ofPlatform().daemon().name("ferry-deadlines").unstarted(this::wakeForEver);

  private final Parker wakersParker;

  /**
   * @param parkers makes the parker of a thread
   */
  DistantWaits(Ticker ticker, Function<Thread, Parker> parkers) {
    this.ticker = ticker;
    this.wakersParker = parkers.apply(waker);
  }

  /**
   * Parks the calling thread until it is unparked, or until less than two ticks are left. May
   * return for no reason.
   *
   * @param nanos on the ticker's clock
   * @param caller the parker of the calling thread
   * @return whether it was distant enough to park for
   */
  boolean parkBefore(long nanos, Parker caller) {
    long tick = nanos / TICK_NANOS - 1;
    Set<Parker> waiters = waitersOf(tick);
    waiters.add(caller);
    try {
      // Before its time nobody takes a tick away. So who is in its set now will be woken.
      if (ticker.nanos() >= tick * TICK_NANOS) {
        return false;
      }
      caller.park();
      return true;
    } finally {
      waiters.remove(caller);
    }
  }

  private Set<Parker> waitersOf(long tick) {
    Set<Parker> there = byTick.get(tick);
    return there != null ? there : newWaitersOf(tick);
  }

  private Set<Parker> newWaitersOf(long tick) {
    Set<Parker> waiters = byTick.computeIfAbsent(tick, it -> ConcurrentHashMap.newKeySet());
    if (byTick.headMap(tick).isEmpty()) {
      lookAgain();
    }
    return waiters;
  }

  /** The waker may sleep for longer than until the first tick, or not run yet. */
  private void lookAgain() {
    if (started.compareAndSet(false, true)) {
      waker.start();
    } else {
      wakersParker.unpark();
    }
  }

  private void wakeForEver() {
    while (true) {
      Optional.ofNullable(byTick.firstEntry())
          .ifPresentOrElse(this::wakeOrWait, wakersParker::park);
    }
  }

  private void wakeOrWait(Map.Entry<Long, Set<Parker>> first) {
    long time = first.getKey() * TICK_NANOS;
    if (ticker.nanos() < time) {
      wakersParker.parkUntil(time);
    } else {
      byTick.remove(first.getKey());
      first.getValue().forEach(Parker::unpark);
    }
  }
}
