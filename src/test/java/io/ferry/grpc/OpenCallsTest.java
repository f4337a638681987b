package io.ferry.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OpenCallsTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void whereThereAreNoneNobodyWaits() {
    OpenCalls calls = new OpenCalls();
    assertEquals(0, calls.awaitNone(LONG));
    calls.began();
    calls.ended();
    assertEquals(0, calls.awaitNone(LONG));
  }

  @Test
  void theWaitEndsWithTheLastCall() {
    OpenCalls calls = new OpenCalls();
    calls.began();
    calls.began();
    CompletableFuture<Integer> left = CompletableFuture.supplyAsync(() -> calls.awaitNone(LONG));
    calls.ended();
    assertTrue(!left.isDone(), "one is open still");
    calls.ended();
    assertEquals(0, left.join());
  }

  @Test
  void itDoesNotLastLongerThanAllowed() {
    OpenCalls calls = new OpenCalls();
    calls.began();
    assertEquals(1, calls.awaitNone(Duration.ofMillis(10)));
  }
}
