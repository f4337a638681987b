package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.ferry.inference.Encoding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitingRowsTest {

  private static final int OPERATIONS = 5_000;

  private final FakeTime time = new FakeTime();
  private final RequestQueue queue =
      new RequestQueue(new BatchPolicy(1, 1, Duration.ZERO, 1), new DeviceScheduler(time));
  private final WaitingRows rows = new WaitingRows();
  private final List<Entry> expected = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void keepsTheOrderThroughAnyInsertsAndRemovals(long seed) {
    Random random = new Random(seed);
    for (int operation = 0; operation < OPERATIONS; operation++) {
      // Grows, shrinks to nothing, and grows again.
      boolean growing = operation % 1_000 < 400;
      if (expected.isEmpty() || random.nextInt(10) < (growing ? 8 : 2)) {
        insert(random.nextInt(50));
      } else {
        remove(random.nextInt(expected.size()));
      }
      assertSameOrder();
    }
  }

  private void insert(long order) {
    Entry entry =
        new Ticket(queue, time, time.parker(), 0, 0, 0, List.of(new Encoding(new long[] {1})))
            .entries()
            .getFirst();
    entry.orderNanos = order;
    rows.insert(entry);
    int index = expected.size();
    while (index > 0 && expected.get(index - 1).orderNanos > order) {
      index--;
    }
    expected.add(index, entry);
  }

  private void remove(int index) {
    Entry entry = expected.remove(index);
    rows.remove(entry);
    assertFalse(entry.waiting);
    assertNull(entry.next);
    assertNull(entry.previous);
  }

  private void assertSameOrder() {
    assertEquals(expected.size(), rows.size());
    Entry previous = null;
    Entry entry = rows.first();
    for (Entry wanted : expected) {
      assertSame(wanted, entry);
      assertSame(previous, wanted.previous);
      previous = wanted;
      entry = wanted.next;
    }
    assertNull(entry);
  }
}
