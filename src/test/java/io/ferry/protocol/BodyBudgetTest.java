package io.ferry.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.MemoryBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {

  @Test
  void bodiesShareWhatThereIs() {
    BodyBudget budget = new BodyBudget(100);
    MemoryBudget.Share first = budget.share();
    MemoryBudget.Share second = budget.share();

    assertTrue(first.grow(60));
    assertFalse(second.grow(41));
    assertTrue(second.grow(40), "what was refused takes nothing");
    assertFalse(first.grow(1));

    first.end();
    assertTrue(second.grow(60));
  }

  @Test
  void anEndGivesBackOnceAndForEver() {
    BodyBudget budget = new BodyBudget(100);
    MemoryBudget.Share share = budget.share();
    assertTrue(share.grow(100));

    share.end();
    share.end();
    assertFalse(share.grow(1), "what has ended takes nothing more");

    MemoryBudget.Share next = budget.share();
    assertTrue(next.grow(100));
    assertFalse(next.grow(1));
  }

  @Test
  void oneBodyOfTheLargestSizeIsAlwaysLetIn() {
    int heap = (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory());
    assertTrue(new BodyBudget(new BodyLimit(heap)).share().grow(heap));
    assertTrue(new BodyBudget(new BodyLimit(1)).share().grow(Runtime.getRuntime().maxMemory() / 8));
    assertFalse(
        new BodyBudget(new BodyLimit(1)).share().grow(Runtime.getRuntime().maxMemory() / 7));
  }

  @Test
  void manyThreadsLoseNothing() throws InterruptedException {
    BodyBudget budget = new BodyBudget(1_000);
    AtomicInteger grown = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int round = 0; round < 1_000; round++) {
                      MemoryBudget.Share share = budget.share();
                      for (int part = 0; part < 10; part++) {
                        grown.addAndGet(share.grow(50) ? 1 : 0);
                      }
                      share.end();
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(grown.get() > 0);
    assertTrue(budget.share().grow(1_000), "all was given back");
    assertEquals(0, threads.stream().filter(Thread::isAlive).count());
  }
}
