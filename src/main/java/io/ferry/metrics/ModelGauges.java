package io.ferry.metrics;

import io.ferry.batching.QueueState;
import io.ferry.model.Deployment;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import io.ferry.model.ServedModel;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What can be seen of a model from outside. The gauges read the version that serves at the moment;
 * of a model that was unloaded they show 0.
 */
final class ModelGauges {

  private final MeterRegistry registry;
  private final ModelRepository repository;
  private final String model;

  private ModelGauges(MeterRegistry registry, ModelRepository repository, String model) {
    this.registry = registry;
    this.repository = repository;
    this.model = model;
  }

  static void register(MeterRegistry registry, ModelRepository repository, String model) {
    new ModelGauges(registry, repository, model).registerAll();
  }

  private void registerAll() {
    queue(MetricNames.QUEUE_ROWS, "Rows that wait", QueueState::waitingRows);
    queue(
        MetricNames.QUEUE_OLDEST_SECONDS,
        "How long the oldest waiting row has waited",
        state -> state.oldest().toNanos() / 1e9);
    queue(
        MetricNames.QUEUE_PLACES,
        "Places of the queue that are taken: rows that wait or are being encoded",
        QueueState::takenPlaces);
    queue(MetricNames.INFLIGHT_ROWS, "Rows that the device works on", QueueState::inFlightRows);
    builder(MetricNames.COST_ERROR_RATIO, deployment -> deployment.queue().costError())
        .description("How far the expected time of a pass was off lately, as a share of it")
        .register(registry);
    builder(
            MetricNames.WARMUP_SECONDS,
            it -> it.warmUp().map(took -> took.toNanos() / 1e9).orElse(0.0))
        .description("How long the first passes of the version that serves took")
        .register(registry);
    for (String state : ModelState.labels()) {
      builder(MetricNames.MODEL_STATE, it -> it.state().label().equals(state) ? 1 : 0)
          .description("1 for the state that the model is in")
          .tag(MetricNames.STATE, state)
          .register(registry);
    }
  }

  private void queue(String name, String description, ToDoubleFunction<QueueState> value) {
    builder(name, deployment -> value.applyAsDouble(deployment.queue().state()))
        .description(description)
        .register(registry);
  }

  private Gauge.Builder<ModelRepository> builder(String name, ToDoubleFunction<Deployment> value) {
    return Gauge.builder(
            name, repository, all -> current(all).map(value::applyAsDouble).orElse(0.0))
        .tag(MetricNames.MODEL, model)
        .strongReference(true);
  }

  private Optional<Deployment> current(ModelRepository all) {
    return all.model(model).map(ServedModel::current);
  }
}
