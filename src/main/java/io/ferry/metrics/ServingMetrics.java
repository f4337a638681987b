package io.ferry.metrics;

import io.ferry.batching.Batch;
import io.ferry.batching.ServingListener;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;

/** Counts what a device does for one model. */
final class ServingMetrics implements ServingListener {

  private final Timer queue;
  private final Timer forward;
  private final DistributionSummary rows;
  private final DistributionSummary padding;
  private final List<BusyRatio> busyByLane;

  ServingMetrics(MeterRegistry registry, String model, List<BusyRatio> busyByLane) {
    this.queue =
        FerryMetrics.timer(
            registry, MetricNames.QUEUE_SECONDS, "From a row's arrival to its pass", model);
    this.forward =
        FerryMetrics.timer(
            registry,
            MetricNames.FORWARD_SECONDS,
            "A pass: packing, forward and reading back",
            model);
    this.rows =
        DistributionSummary.builder(MetricNames.BATCH_ROWS)
            .description("Rows of a pass")
            .tag(MetricNames.MODEL, model)
            .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128, 256)
            .register(registry);
    this.padding =
        DistributionSummary.builder(MetricNames.BATCH_PADDING_RATIO)
            .description("Share of a pass's tokens that are padding")
            .tag(MetricNames.MODEL, model)
            .serviceLevelObjectives(0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 0.9)
            .register(registry);
    this.busyByLane = busyByLane;
  }

  @Override
  public void passServed(Batch batch, long nanos) {
    forward.record(Duration.ofNanos(nanos));
    rows.record(batch.size());
    padding.record(1.0 - (double) batch.tokens() / batch.paddedTokens());
  }

  @Override
  public void passEnded(int lane, long nanos) {
    busyByLane.get(lane).add(nanos);
  }

  @Override
  public void rowDequeued(long queueNanos) {
    queue.record(Duration.ofNanos(queueNanos));
  }
}
