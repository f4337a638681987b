package io.ferry.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.FakeTime;
import io.ferry.inference.Encoding;
import io.ferry.inference.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeploymentTest {

  private static final LoadedModel MODEL = FakeModel.answering().loaded();

  private final FakeTime time = new FakeTime();
  private final Deployment deployment =
      new Deployment(
          "fake",
          "1",
          new BatchPolicy(4, 100, Duration.ZERO, 10),
          new RequestLimits(4, 100, Duration.ofSeconds(1)),
          new DeviceScheduler(time));

  private Outcome submit() {
    return deployment
        .queue()
        .enqueue(
            deployment.queue().tryAdmit(1).orElseThrow(),
            List.of(new Encoding(new long[] {1})),
            time.nanos(),
            5,
            time.parker())
        .await()
        .getFirst();
  }

  @Test
  void livesFromLoadingToStopped() {
    assertEquals(new ModelState.Loading(), deployment.state());
    deployment.warmingUp();
    assertEquals(new ModelState.WarmingUp(), deployment.state());
    deployment.ready(MODEL, Duration.ofSeconds(2));
    assertEquals(new ModelState.Ready(MODEL), deployment.state());
    deployment.drain();
    assertEquals(new ModelState.Draining(), deployment.state());
    deployment.stopped();
    assertEquals(new ModelState.Stopped(), deployment.state());
  }

  @Test
  void aDrainClosesTheQueue() {
    deployment.ready(MODEL, Duration.ofSeconds(2));
    assertInstanceOf(Outcome.Expired.class, submit());
    deployment.drain();
    assertEquals(Optional.empty(), deployment.queue().tryAdmit(1));
  }

  @Test
  void becomesUnavailableAndRecovers() {
    deployment.ready(MODEL, Duration.ofSeconds(2));
    deployment.unavailable("broken");
    assertEquals(new ModelState.Unavailable("broken"), deployment.state());
    deployment.available();
    assertEquals(new ModelState.Ready(MODEL), deployment.state());
  }

  @Test
  void aModelThatWasNeverReadyDoesNotRecover() {
    deployment.unavailable("no such file");
    deployment.available();
    assertEquals(new ModelState.Unavailable("no such file"), deployment.state());
  }

  @Test
  void aDrainAskedForWhileLoadingStands() {
    deployment.drain();
    deployment.warmingUp();
    deployment.ready(MODEL, Duration.ofSeconds(2));
    deployment.unavailable("too late");
    assertEquals(new ModelState.Draining(), deployment.state());
  }

  @Test
  void whatIsStoppedStaysStopped() {
    deployment.ready(MODEL, Duration.ofSeconds(2));
    deployment.drain();
    deployment.stopped();
    deployment.available();
    deployment.unavailable("too late");
    deployment.drain();
    deployment.warmingUp();
    assertEquals(new ModelState.Stopped(), deployment.state());
  }

  @Test
  void whatCouldNotBeLoadedStaysUnavailableWhenItHasLeftMemory() {
    deployment.warmingUp();
    deployment.stopped();
    deployment.unavailable("the warm-up failed");
    deployment.stopped();
    deployment.available();
    assertEquals(new ModelState.Unavailable("the warm-up failed"), deployment.state());
  }

  @Test
  void statesAreNamedAsHealthShowsThem() {
    assertEquals(
        List.of("Loading", "WarmingUp", "Ready", "Draining", "Stopped", "Unavailable"),
        List.of(
                new ModelState.Loading(),
                new ModelState.WarmingUp(),
                new ModelState.Ready(MODEL),
                new ModelState.Draining(),
                new ModelState.Stopped(),
                new ModelState.Unavailable("why"))
            .stream()
            .map(ModelState::label)
            .toList());
    assertEquals(
        6, ModelState.class.getPermittedSubclasses().length, "a new state belongs into this test");
  }

  @Test
  void remembersHowLongTheWarmUpTook() {
    assertEquals(Optional.empty(), deployment.warmUp());
    deployment.ready(MODEL, Duration.ofSeconds(2));
    assertEquals(Optional.of(Duration.ofSeconds(2)), deployment.warmUp());
  }
}
