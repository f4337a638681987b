package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** Callers that ask the same things again and again, and remember what they are told. */
final class Callers implements AutoCloseable {

  private static final int THREADS_EACH = 3;

  private final FerryProcess ferry;
  private final AtomicBoolean enough = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, LongAdder> served = new ConcurrentHashMap<>();
  private final Collection<String> failures = new ConcurrentLinkedQueue<>();

  private Callers(FerryProcess ferry) {
    this.ferry = ferry;
  }

  /** Callers of each of these bodies. */
  static Callers begin(FerryProcess ferry, List<String> bodies) {
    Callers callers = new Callers(ferry);
    for (String body : bodies) {
      for (int i = 0; i < THREADS_EACH; i++) {
        callers.threads.add(Thread.ofVirtual().start(() -> callers.call(body)));
      }
    }
    return callers;
  }

  private void call(String body) {
    while (!enough.get()) {
      try {
        HttpResponse<String> answer = ferry.process(body);
        if (answer.statusCode() == 200) {
          served.computeIfAbsent(answer.body(), it -> new LongAdder()).increment();
        } else {
          failures.add(answer.statusCode() + " " + answer.body());
        }
      } catch (RuntimeException failed) {
        failures.add(failed.toString());
      }
    }
  }

  /** Ends the calls; nobody may have failed, and many must have been served. */
  void assertAllServed(int least) throws InterruptedException {
    enough.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), failures.stream().distinct().toList());
    long sum = served.values().stream().mapToLong(LongAdder::sum).sum();
    assertTrue(sum >= least, () -> "served: " + sum);
  }

  /** How many different answers there were. */
  int differentAnswers() {
    return served.size();
  }

  @Override
  public void close() {
    enough.set(true);
  }
}
