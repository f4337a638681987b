package io.ferry.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.ServingListener;
import io.ferry.batching.SystemTime;
import io.ferry.model.Deployment;
import io.ferry.model.DeploymentSettings;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import io.ferry.model.RequestLimits;
import io.ferry.model.WarmupPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Models come, change and go on the real threads, with models that do what a test says. Whoever
 * waits, waits for an event; the times are for what never comes.
 */
@Timeout(60)
class ModelLifecycleTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  static final DeploymentSettings SETTINGS =
      new DeploymentSettings(
          new BatchPolicy(4, 400, Duration.ZERO, 8),
          new RequestLimits(8, 1000, SOON),
          new WarmupPlan(Duration.ZERO, List.of(1), List.of(1)));

  private final SystemTime time = new SystemTime();
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final ModelRepository repository = new ModelRepository(Optional.empty());
  private final ScriptedSource source = new ScriptedSource();
  private final GpuBatcher lanes =
      new GpuBatcher(List.of("cpu", "cpu"), scheduler, time, Duration.ofMinutes(1));
  private final ModelLifecycle lifecycle =
      new ModelLifecycle(
          source,
          repository,
          scheduler,
          this::settings,
          name -> new ServingListener() {},
          time,
          Duration.ZERO);

  private final Set<String> withoutSettings = ConcurrentHashMap.newKeySet();
  private boolean stopped;

  private DeploymentSettings settings(String name) {
    if (withoutSettings.contains(name)) {
      throw new IllegalStateException("as the test says");
    }
    return SETTINGS;
  }

  private void start() {
    lanes.start();
    lifecycle.start();
    lifecycle.awaitStarted(SOON);
  }

  private Deployment current(String name) {
    return repository.model(name).orElseThrow().current();
  }

  private static LoadedModel twoLanes() {
    return ScriptedLane.model(ScriptedLane.answering(), ScriptedLane.answering());
  }

  @AfterEach
  void stop() {
    stop(SOON);
  }

  private void stop(Duration atMost) {
    if (!stopped) {
      stopped = true;
      lifecycle.stop(lanes, atMost);
    }
  }

  // ---- a new version

  @Test
  void aVersionThatIsUnavailableForAMomentIsNotLostWhenTheNextOneFails() {
    ScriptedLane first = ScriptedLane.answering();
    source.put("a", "1", () -> ScriptedLane.model(first, ScriptedLane.answering()));
    start();
    Deployment served = current("a");
    served.unavailable("as a probe says");

    source.put(
        "a",
        "2",
        () -> {
          throw new ModelLoadException("as the test says");
        });
    assertEquals(new LoadResult.Failed("as the test says"), lifecycle.load("a").join());
    assertSame(served, current("a"));
    served.available();
    assertInstanceOf(ModelState.Ready.class, current("a").state());

    stop();
    assertEquals(new ModelState.Stopped(), served.state());
    assertTrue(first.closed(), "and it leaves memory with the others");
  }

  // ---- models that fail

  @Test
  void aBugWithOneModelLeavesTheOthersAlone() {
    source.put(
        "a",
        "1",
        () -> {
          withoutSettings.add("a");
          return twoLanes();
        });
    source.put(
        "b",
        "1",
        () -> {
          withoutSettings.add("c");
          return twoLanes();
        });
    source.put("c", "1", ModelLifecycleTest::twoLanes);
    source.put("d", "1", ModelLifecycleTest::twoLanes);
    start();

    ModelState broken = new ModelState.Unavailable("loading failed; the log has the cause");
    assertEquals(broken, current("a").state(), "while it was loaded");
    assertInstanceOf(ModelState.Ready.class, current("b").state());
    assertEquals(broken, current("c").state(), "before it was loaded");
    assertInstanceOf(ModelState.Ready.class, current("d").state());
    assertEquals(
        new LoadResult.Failed("loading failed; the log has the cause"), lifecycle.load("c").join());
  }

  // ---- watching

  @Test
  void whatWasLoadedByWishIsNotLoadedAgainByTheWatch() {
    AtomicInteger readings = new AtomicInteger();
    source.put("a", "1", ModelLifecycleTest::twoLanes);
    start();
    source.put(
        "a",
        "2",
        () -> {
          readings.incrementAndGet();
          return twoLanes();
        });
    lifecycle.load("a").join();
    CompletableFuture<Void> watched = source.looks(5);
    lifecycle.watch(Duration.ofMillis(1));
    watched.join();

    assertEquals(1, readings.get());
  }

  @Test
  void anErrorWhileItLooksDoesNotEndTheWatch() {
    start();
    source.fails(new OutOfMemoryError("as the test says"));
    CompletableFuture<Void> watched = source.looks(2);
    lifecycle.watch(Duration.ofMillis(1));
    watched.join();
  }

  // ---- the end

  @Test
  void anEndWhileModelsAreLoadingLoadsNoMore() throws InterruptedException {
    CompletableFuture<Void> reading = new CompletableFuture<>();
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    AtomicInteger others = new AtomicInteger();
    ScriptedLane lane = ScriptedLane.answering();
    source.put(
        "a",
        "1",
        () -> {
          reading.complete(null);
          goOn.join();
          return ScriptedLane.model(lane, ScriptedLane.answering());
        });
    source.put(
        "b",
        "1",
        () -> {
          others.incrementAndGet();
          return twoLanes();
        });
    lanes.start();
    lifecycle.start();
    reading.join();
    lifecycle.drain();
    assertTrue(lanes.join(time, time.nanos() + SOON.toNanos()), "nothing is left to serve");
    goOn.complete(null);
    stop();

    assertEquals(0, others.get());
    assertEquals(new ModelState.Stopped(), current("a").state());
    assertEquals(new ModelState.Draining(), current("b").state());
    assertTrue(lane.closed());
    assertEquals(new LoadResult.ShuttingDown(), lifecycle.load("b").join());
  }

  @Test
  void theEndReachesAVersionThatWasReplacedAndStillDrains() {
    ScriptedLane first = ScriptedLane.answering();
    source.put("a", "1", () -> ScriptedLane.model(first, ScriptedLane.answering()));
    start();
    Deployment replaced = current("a");
    // Of a request that is never encoded.
    assertTrue(replaced.queue().tryAdmit(1).isPresent());
    source.put("a", "2", ModelLifecycleTest::twoLanes);
    assertEquals(new LoadResult.Loaded("2"), lifecycle.load("a").join());
    assertFalse(first.closed(), "somebody is on the way to it");

    stop(Duration.ofMillis(1));
    assertEquals(new ModelState.Stopped(), replaced.state());
    assertTrue(first.closed());
  }
}
