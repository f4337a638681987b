package io.ferry.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.ServingListener;
import io.ferry.batching.SystemTime;
import io.ferry.model.Deployment;
import io.ferry.model.DeploymentSettings;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import io.ferry.model.RequestLimits;
import io.ferry.model.WarmupPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
          source, repository, scheduler, name -> SETTINGS, name -> new ServingListener() {}, time);

  private boolean stopped;

  private void start() {
    lanes.start();
    lifecycle.start();
    lifecycle.awaitStarted(SOON);
  }

  private Deployment current(String name) {
    return repository.model(name).orElseThrow().current();
  }

  @AfterEach
  void stop() {
    if (!stopped) {
      stopped = true;
      lifecycle.stop(lanes, SOON);
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
}
