package io.ferry.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.MaxWait;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Rows of mixed lengths, as texts have them: log-normal, 8 to 512 tokens, half of them below 40.
 * 256 clients send the next when they have their answer.
 */
class MixedLengthsTest {

  private static final int MAX_SIZE = 32;
  private static final int CLIENTS = 256;
  private static final Duration RUN = Duration.ofSeconds(30);

  private static VirtualServer serve(boolean byLength, VirtualServer.Curve curve) {
    VirtualServer server =
        new VirtualServer(
            new BatchPolicy(MAX_SIZE, 16_384, MaxWait.none(), byLength, 1_024), curve);
    server.warmUp(MAX_SIZE, 8, 512);
    RandomGenerator random = new Random(7);
    for (int client = 0; client < CLIENTS; client++) {
      new Client(server, random).run();
    }
    server.runUntil(RUN.toNanos() * 2);
    return server;
  }

  private record Client(VirtualServer server, RandomGenerator random) implements Runnable {
    @Override
    public void run() {
      if (server.time.nanos() < RUN.toNanos()) {
        long thinks = random.nextLong(1_000_000);
        server.time.at(server.time.nanos() + thinks, this::send);
      }
    }

    private void send() {
      long length = Math.round(40 * Math.exp(0.9 * random.nextGaussian()));
      server.arrive(Math.clamp(length, 8, 512), Duration.ofHours(1), this);
    }
  }

  /** The longest that a request took, in milliseconds. */
  private static double longest(VirtualServer server) {
    return server.ended.stream().mapToLong(VirtualServer.Ended::nanos).max().orElseThrow() / 1e6;
  }

  @Test
  void wherePaddingCostsManyMoreAreServedAndNobodyWaitsLonger() {
    VirtualServer.Curve curve = (rows, length) -> 1_500_000 + 20_000L * rows * length;

    VirtualServer inOrder = serve(false, curve);
    VirtualServer byLength = serve(true, curve);

    double ratio = (double) byLength.ended.size() / inOrder.ended.size();
    assertTrue(ratio >= 1.5, "throughput: " + ratio);
    assertTrue(byLength.padding() < 0.1, "padding: " + byLength.padding());
    assertTrue(inOrder.padding() > 0.5, "padding in order: " + inOrder.padding());
    assertTrue(longest(byLength) < longest(inOrder), longest(byLength) + " ms");
  }

  @Test
  void wherePaddingCostsNothingNothingIsLost() {
    VirtualServer.Curve curve = (rows, length) -> 5_000_000 + 20_000L * rows;

    double inOrder = serve(false, curve).ended.size();
    double byLength = serve(true, curve).ended.size();

    assertTrue(byLength > 0.99 * inOrder, byLength + " of " + inOrder);
  }
}
