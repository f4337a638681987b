package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import io.ferry.inference.Prediction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real time and real threads: nothing is lost, nobody gets another's answer, nothing is left. */
class ManyThreadsTest {

  private static final int CALLERS = 8;
  private static final int REQUESTS_EACH = 400;
  private static final long CULPRIT = 13;

  private final SystemTime time = new SystemTime();
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final RequestQueue queue =
      new RequestQueue(new BatchPolicy(16, 1_000, Duration.ofNanos(50_000), 64), scheduler);

  /** Fails whole batches for one row in a hundred; answers the others with their ids. */
  private static PassResult forward(Batch batch) {
    if (batch.rows().stream().anyMatch(row -> ScriptedModel.id(row) % 100 == CULPRIT)) {
      return ScriptedModel.fault();
    }
    batch.rows().forEach(row -> row.answer(Prediction.of((float) ScriptedModel.id(row))));
    return new PassResult.Done();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  @Timeout(60)
  void everyRequestEndsOnceAndNothingIsLeft(int lanes) throws Exception {
    scheduler.add(
        new Flow(
            queue,
            Stream.generate(() -> new ScriptedModel(ManyThreadsTest::forward))
                .limit(lanes)
                .toList(),
            List.of(ScriptedModel.row(0)),
            time,
            new ServingListener() {}),
        List.of());
    List<CompletableFuture<DeviceLoop.Ending>> endings = new ArrayList<>();
    for (int index = 0; index < lanes; index++) {
      int lane = index;
      CompletableFuture<DeviceLoop.Ending> ending = new CompletableFuture<>();
      endings.add(ending);
      Thread.ofPlatform().daemon().start(() -> serve(lane, ending));
    }
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> served = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        int seed = caller;
        served.add(callers.submit(() -> call(new Random(seed), callers)));
      }
      int all = 0;
      for (Future<Integer> some : served) {
        all += some.get();
      }
      assertTrue(all > CALLERS * REQUESTS_EACH / 4, "served only " + all);
    }
    queue.close();
    scheduler.close();
    for (CompletableFuture<DeviceLoop.Ending> ending : endings) {
      assertEquals(DeviceLoop.Ending.DRAINED, ending.get(30, TimeUnit.SECONDS));
    }
    assertEquals(new QueueState(0, Duration.ZERO, 0, 0), queue.state());
  }

  private void serve(int lane, CompletableFuture<DeviceLoop.Ending> ending) {
    try {
      ending.complete(
          new DeviceLoop(
                  scheduler, new Lane(lane, time.parkerOfCurrentThread()), new Heartbeat(time))
              .run());
    } catch (RuntimeException | Error bug) {
      ending.completeExceptionally(bug);
    }
  }

  private int call(Random random, ExecutorService others) {
    Parker parker = time.parkerOfCurrentThread();
    int served = 0;
    for (int request = 0; request < REQUESTS_EACH; request++) {
      long[] ids =
          LongStream.generate(() -> random.nextInt(1_000)).limit(1 + random.nextInt(5)).toArray();
      Optional<Permit> permit = queue.tryAdmit(ids.length);
      if (permit.isEmpty()) {
        continue;
      }
      List<ModelInput> rows = LongStream.of(ids).<ModelInput>mapToObj(ScriptedModel::row).toList();
      // Some have no patience, some leave: both race with the device.
      long patience =
          random.nextInt(10) == 0 ? random.nextInt(100_000) : TimeUnit.SECONDS.toNanos(30);
      Ticket ticket =
          queue.enqueue(permit.get(), rows, time.nanos() + patience, random.nextInt(10), parker);
      if (random.nextInt(10) == 0) {
        others.execute(ticket::cancel);
      }
      List<Outcome> outcomes = ticket.await();
      for (int row = 0; row < ids.length; row++) {
        if (outcomes.get(row) instanceof Outcome.Completed completed) {
          assertEquals(ids[row], (long) completed.prediction().values()[0]);
          served++;
        }
      }
    }
    return served;
  }
}
