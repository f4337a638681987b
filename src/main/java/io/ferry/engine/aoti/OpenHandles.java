package io.ferry.engine.aoti;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many native things are open now, by kind. Nothing collects them, so each must be closed where
 * it was opened; tests hold that here. Threads may share it.
 */
final class OpenHandles {

  /** What is opened and closed. */
  enum Kind {
    /** A compiled library that is loaded. */
    LIBRARY,
    /** A model in memory. */
    CONTAINER,
    /** A tensor object of libtorch's, whoever owns its memory. */
    TENSOR,
    /** Memory of a pass. */
    ARENA,
    /** A folder with the unpacked parts of a package. */
    FOLDER,
    /** A stream of a device with its memory. */
    STREAM
  }

  private final Map<Kind, AtomicLong> counts = new EnumMap<>(Kind.class);

  OpenHandles() {
    for (Kind kind : Kind.values()) {
      counts.put(kind, new AtomicLong());
    }
  }

  void opened(Kind kind) {
    add(kind, 1);
  }

  void closed(Kind kind) {
    add(kind, -1);
  }

  void add(Kind kind, long several) {
    count(kind).addAndGet(several);
  }

  /** How many are open. */
  long open(Kind kind) {
    return count(kind).get();
  }

  /** How many of all kinds are open. */
  long open() {
    return counts.values().stream().mapToLong(AtomicLong::get).sum();
  }

  private AtomicLong count(Kind kind) {
    AtomicLong count = counts.get(kind);
    if (count == null) {
      throw new IllegalStateException("no count of " + kind);
    }
    return count;
  }
}
