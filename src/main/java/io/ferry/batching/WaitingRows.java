package io.ferry.batching;

import org.jspecify.annotations.Nullable;

/**
 * The waiting rows in their order: a linked list through the entries themselves, so that a row that
 * expires or is cancelled leaves in constant time. Guarded by the queue's lock.
 *
 * <p>A row is inserted from whichever end is nearer. Nearly always that is the tail, at once; rows
 * of another priority and the later parts of long lists walk.
 */
final class WaitingRows {

  private @Nullable Entry first;
  private @Nullable Entry last;
  private int size;

  int size() {
    return size;
  }

  @Nullable Entry first() {
    return first;
  }

  /** Inserts by order, after its equals. */
  void insert(Entry entry) {
    Entry before = last;
    Entry after = first;
    while (true) {
      if (before == null || before.orderNanos <= entry.orderNanos) {
        link(before, entry, before == null ? first : before.next);
        return;
      }
      if (after == null || after.orderNanos > entry.orderNanos) {
        link(after == null ? last : after.previous, entry, after);
        return;
      }
      before = before.previous;
      after = after.next;
    }
  }

  private void link(@Nullable Entry before, Entry entry, @Nullable Entry after) {
    entry.previous = before;
    entry.next = after;
    entry.waiting = true;
    if (before == null) {
      first = entry;
    } else {
      before.next = entry;
    }
    if (after == null) {
      last = entry;
    } else {
      after.previous = entry;
    }
    size++;
  }

  void remove(Entry entry) {
    Entry before = entry.previous;
    Entry after = entry.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    entry.previous = null;
    entry.next = null;
    entry.waiting = false;
    size--;
  }
}
