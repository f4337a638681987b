package io.ferry.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.FakeTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelRepositoryTest {

  private final DeviceScheduler scheduler = new DeviceScheduler(new FakeTime());

  private Deployment deployment(String name, String version) {
    return new Deployment(
        name,
        version,
        new BatchPolicy(4, 100, Duration.ZERO, 10),
        new RequestLimits(4, 100, Duration.ofSeconds(1)),
        scheduler);
  }

  private ServedModel model(String name) {
    return new ServedModel(deployment(name, "1"));
  }

  // ---- which model

  @Test
  void findsByNameAlone() {
    ModelRepository repository = new ModelRepository(Optional.empty());
    ServedModel model = model("a");
    repository.add(model);
    assertEquals(Optional.of(model), repository.model("a"));
    assertEquals(Optional.empty(), repository.model("A"));
    repository.remove("a");
    assertEquals(Optional.empty(), repository.model("a"));
    repository.remove("a");
  }

  @Test
  void theOnlyModelIsTheDefault() {
    ModelRepository repository = new ModelRepository(Optional.empty());
    assertEquals(Optional.empty(), repository.defaultModel());
    ServedModel only = model("b");
    repository.add(only);
    assertEquals(Optional.of(only), repository.defaultModel());
    assertEquals(Optional.of("b"), repository.defaultName());
    repository.add(model("a"));
    assertEquals(Optional.empty(), repository.defaultModel(), "which one would it be?");
    assertEquals(Optional.empty(), repository.defaultName());
    assertEquals(List.of("a", "b"), repository.names());
  }

  @Test
  void aDefaultThatIsNamedIsNoOther() {
    ModelRepository repository = new ModelRepository(Optional.of("b"));
    repository.add(model("a"));
    assertEquals(Optional.empty(), repository.defaultModel());
    assertEquals(Optional.of("b"), repository.defaultName());
    ServedModel named = model("b");
    repository.add(named);
    assertEquals(Optional.of(named), repository.defaultModel());
  }

  // ---- which version

  @Test
  void requestsGetWhatServesWhileAnotherLoadsOrFails() {
    Deployment first = deployment("a", "1");
    ServedModel model = new ServedModel(first);
    first.ready(FakeModel.answering().loaded(), Duration.ZERO);
    model.serve(first);
    Deployment second = deployment("a", "2");
    model.show(second);
    assertSame(first, model.current());
    assertEquals(List.of(first, second), model.versions());
    second.unavailable("broken");
    assertSame(first, model.current());
    Deployment third = deployment("a", "3");
    model.show(third);
    third.ready(FakeModel.answering().loaded(), Duration.ZERO);
    model.serve(third);
    assertSame(third, model.current());
    assertEquals(List.of(third), model.versions());
  }

  @Test
  void whatServesStaysAlsoWhileItIsUnavailable() {
    Deployment first = deployment("a", "1");
    ServedModel model = new ServedModel(first);
    first.ready(FakeModel.answering().loaded(), Duration.ZERO);
    model.serve(first);
    first.unavailable("for a moment");
    Deployment second = deployment("a", "2");
    model.show(second);
    assertSame(first, model.current());
    assertEquals(List.of(first, second), model.versions());
  }

  @Test
  void requestsAreToldOfTheNewestWhereNoneServes() {
    ServedModel model = new ServedModel(deployment("a", "2"));
    model.current().unavailable("broken");
    Deployment earlier = deployment("a", "1");
    model.show(earlier);
    assertSame(earlier, model.current());
    assertEquals(List.of(earlier), model.versions());
  }
}
