package io.ferry.metrics;

import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.ServingListener;
import io.ferry.batching.Ticker;
import io.ferry.device.DeviceMemory;
import io.ferry.inference.Outcome;
import io.ferry.model.ModelRepository;
import io.ferry.pipeline.RequestListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * What Ferry measures. Labels hold known names only, so a caller cannot make new series: a request
 * for an unknown model counts under the empty name.
 */
public final class FerryMetrics implements RequestListener {

  private static final Logger LOG = Logger.getLogger(FerryMetrics.class);
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(250_000), Duration.ofNanos(500_000), Duration.ofMillis(1),
    Duration.ofNanos(2_500_000), Duration.ofMillis(5), Duration.ofMillis(10),
    Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100),
    Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
    Duration.ofMillis(2_500), Duration.ofSeconds(5), Duration.ofSeconds(10),
    Duration.ofSeconds(30)
  };

  private final MeterRegistry registry;
  private final List<BusyRatio> busyByLane;
  private final Map<String, ServingListener> serving = new ConcurrentHashMap<>();
  private final Map<String, Timer> requests = new ConcurrentHashMap<>();
  private final Map<String, Timer> encodings = new ConcurrentHashMap<>();

  /**
   * Metrics in this registry.
   *
   * @param laneDevices the device of each lane, by its name
   */
  public FerryMetrics(MeterRegistry registry, List<String> laneDevices, Ticker ticker) {
    this.registry = registry;
    Map<String, BusyRatio> byDevice = new LinkedHashMap<>();
    for (String device : laneDevices) {
      byDevice.computeIfAbsent(
          device, it -> new BusyRatio(ticker, Collections.frequency(laneDevices, it)));
    }
    byDevice.forEach(this::busyGauge);
    this.busyByLane = laneDevices.stream().map(byDevice::get).toList();
  }

  private void busyGauge(String device, BusyRatio busy) {
    Gauge.builder(MetricNames.DEVICE_BUSY_RATIO, busy, BusyRatio::value)
        .description("Share of the last 10 seconds that the device spent in passes")
        .tag(MetricNames.DEVICE, device)
        .strongReference(true)
        .register(registry);
  }

  /**
   * Registers the gauge of a device's saturation. Models share all lanes of all devices, so it is
   * the same for each device.
   *
   * @param device the device's name
   */
  public void observe(DeviceScheduler scheduler, Ticker ticker, String device) {
    Gauge.builder(MetricNames.SATURATION, scheduler, it -> it.saturation(ticker.nanos()))
        .description(
            "Device seconds that arriving work, refused work included, would need per second in"
                + " the most efficient batches: from 1 on more comes than can be served")
        .tag(MetricNames.DEVICE, device)
        .strongReference(true)
        .register(registry);
  }

  /**
   * Registers the gauges of a device's memory.
   *
   * @param device the device's name
   */
  public void observe(DeviceMemory memory, String device) {
    memoryGauge(memory.used(), device, "used");
    memoryGauge(memory.total(), device, "total");
  }

  /**
   * Registers the gauge of how much a device computes.
   *
   * @param share of the last period in which it did; NaN if it does not tell
   * @param device the device's name
   */
  public void observeUtilization(DoubleSupplier share, String device) {
    Gauge.builder(MetricNames.DEVICE_UTILIZATION_RATIO, share, DoubleSupplier::getAsDouble)
        .description("Share of the last period in which the device computed, as its driver says")
        .tag(MetricNames.DEVICE, device)
        .strongReference(true)
        .register(registry);
  }

  private void memoryGauge(LongSupplier bytes, String device, String kind) {
    Gauge.builder(MetricNames.DEVICE_MEMORY_BYTES, bytes, LongSupplier::getAsLong)
        .description("Memory of the device: in use, by whomever, and in total")
        .tag(MetricNames.DEVICE, device)
        .tag(MetricNames.KIND, kind)
        .strongReference(true)
        .register(registry);
  }

  /**
   * Registers the gauges of a model, the first time that it is asked.
   *
   * @param name the model's; it need not be loaded yet
   * @return to be told of what happens while the model serves
   */
  public ServingListener observe(String name, ModelRepository repository) {
    return serving.computeIfAbsent(
        name,
        it -> {
          ModelGauges.register(registry, repository, it);
          return new ServingMetrics(registry, it, busyByLane);
        });
  }

  @Override
  public void requestEnded(String protocol, String model, Outcome outcome, long nanos) {
    count(protocol, model, label(outcome));
    requests
        .computeIfAbsent(
            model,
            it ->
                timer(
                    registry,
                    MetricNames.REQUEST_SECONDS,
                    "A request, from its arrival to its end",
                    it))
        .record(Duration.ofNanos(nanos));
  }

  @Override
  public void requestRefused(String protocol, Refusal refusal) {
    count(protocol, "", refusal.name().toLowerCase(Locale.ROOT));
  }

  private void count(String protocol, String model, String outcome) {
    registry
        .counter(
            MetricNames.REQUESTS,
            MetricNames.MODEL,
            model,
            MetricNames.PROTOCOL,
            protocol,
            MetricNames.OUTCOME,
            outcome)
        .increment();
  }

  @Override
  public void encoded(String model, long nanos) {
    encodings
        .computeIfAbsent(
            model,
            it ->
                timer(registry, MetricNames.ENCODE_SECONDS, "Encoding the texts of a request", it))
        .record(Duration.ofNanos(nanos));
  }

  @Override
  public void encodingFailed(String model, Throwable cause) {
    LOG.warnf(cause, "A text for model %s cannot be encoded", model);
  }

  static Timer timer(MeterRegistry registry, String name, String description, String model) {
    return Timer.builder(name)
        .description(description)
        .tag(MetricNames.MODEL, model)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /** The label of an outcome, such as {@code completed} or {@code queue_full}. */
  static String label(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed completed -> "completed";
      case Outcome.Rejected rejected -> rejected.reason().name().toLowerCase(Locale.ROOT);
      case Outcome.Invalid invalid -> "invalid";
      case Outcome.UnknownModel unknown -> "unknown_model";
      case Outcome.UnknownVersion unknown -> "unknown_version";
      case Outcome.ModelNotNamed notNamed -> "malformed";
      case Outcome.Expired() -> "expired";
      case Outcome.Cancelled() -> "cancelled";
      case Outcome.Failed failed -> "failed";
    };
  }
}
