package io.ferry.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.PassResult;
import io.ferry.batching.ServingListener;
import io.ferry.batching.SystemTime;
import io.ferry.inference.Input;
import io.ferry.model.Deployment;
import io.ferry.model.FakeModel;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Tensors;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A version that comes, or fails to, on two real lanes. */
@Timeout(60)
class VersionLoaderTest {

  private final SystemTime time = new SystemTime();
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final ScriptedSource source = new ScriptedSource();
  private final VersionsInMemory memory = new VersionsInMemory(Runnable::run, Duration.ZERO);
  private final VersionLoader loader =
      new VersionLoader(source, scheduler, memory, name -> ModelLifecycleTest.SETTINGS, time);
  private final Deployment next =
      new Deployment(
          "a",
          "1",
          ModelLifecycleTest.SETTINGS.policy(),
          ModelLifecycleTest.SETTINGS.limits(),
          scheduler);

  VersionLoaderTest() {
    new GpuBatcher(List.of("cpu", "cpu"), scheduler, time, Duration.ofMinutes(1)).start();
  }

  @AfterEach
  void lanesEnd() {
    scheduler.close();
  }

  private String failure(ScriptedSource.Reading reading) {
    source.put("a", "1", reading);
    return assertThrows(
            ModelLoadException.class,
            () -> loader.bring(next, new ServingListener() {}, () -> false))
        .reason();
  }

  @Test
  void aModelWhoseWarmUpFailsStaysInMemoryWhileAnotherLaneIsInIt() {
    CompletableFuture<Void> inside = new CompletableFuture<>();
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    ScriptedLane failing =
        new ScriptedLane(
            batch -> {
              inside.join();
              return new PassResult.Faulted(new IllegalStateException("as the test says"));
            });
    ScriptedLane slow =
        new ScriptedLane(
            batch -> {
              inside.complete(null);
              goOn.join();
              return FakeModel.answer(batch);
            },
            () -> closed.complete(null));

    failure(() -> ScriptedLane.model(failing, slow));
    assertFalse(slow.closed(), "a lane is in it");
    goOn.complete(null);
    closed.join();
    assertTrue(failing.closed());
  }

  @Test
  void aBugBeforeTheFirstPassIsAReasonAndLeavesNothingInMemory() {
    ScriptedLane lane = ScriptedLane.answering();
    LoadedModel odd =
        new LoadedModel(
            FakeModel.spec(new Tensors(), 100),
            (input, options) -> {
              throw new IllegalStateException("a bug in the tokenizer");
            },
            List.of(lane, ScriptedLane.answering()),
            new Input.Text(FakeModel.EXAMPLE));

    assertEquals("loading failed; the log has the cause", failure(() -> odd));
    assertTrue(lane.closed());
    assertEquals(List.of(), memory.deployments());
  }

  @Test
  void whateverReadingThrowsIsAReason() {
    assertEquals(
        "loading failed; the log has the cause",
        failure(
            () -> {
              throw new StackOverflowError();
            }));
    assertEquals(
        "there is too little memory to load it",
        failure(
            () -> {
              throw new OutOfMemoryError();
            }));
  }
}
