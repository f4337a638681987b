package io.ferry.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.BatchPolicy;
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
          new BatchPolicy(4, 100, Duration.ZERO, 10),
          new RequestLimits(4, 100, Duration.ofSeconds(1)),
          time);

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
    deployment.ready(MODEL);
    assertEquals(new ModelState.Ready(MODEL), deployment.state());
    deployment.drain();
    assertEquals(new ModelState.Draining(), deployment.state());
    deployment.stopped();
    assertEquals(new ModelState.Stopped(), deployment.state());
  }

  @Test
  void aDrainClosesTheQueue() {
    deployment.ready(MODEL);
    assertInstanceOf(Outcome.Expired.class, submit());
    deployment.drain();
    assertEquals(Optional.empty(), deployment.queue().tryAdmit(1));
  }

  @Test
  void becomesUnavailableAndRecovers() {
    deployment.ready(MODEL);
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
    deployment.ready(MODEL);
    deployment.unavailable("too late");
    assertEquals(new ModelState.Draining(), deployment.state());
  }

  @Test
  void whatIsStoppedStaysStopped() {
    deployment.ready(MODEL);
    deployment.drain();
    deployment.stopped();
    deployment.available();
    deployment.unavailable("too late");
    deployment.drain();
    deployment.warmingUp();
    assertEquals(new ModelState.Stopped(), deployment.state());
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
  void theRepositoryFindsByNameAndServesTheFirstByDefault() {
    Deployment other = new Deployment("other", deployment.policy(), deployment.limits(), time);
    ModelRepository repository = new ModelRepository(List.of(deployment, other));
    assertEquals(List.of("fake", "other"), repository.names());
    assertEquals(deployment, repository.find(java.util.Optional.empty()).orElseThrow());
    assertEquals(other, repository.find(java.util.Optional.of("other")).orElseThrow());
    assertTrue(repository.find(java.util.Optional.of("Other")).isEmpty());
  }
}
