package io.ferry.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.Batch;
import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.FakeTime;
import io.ferry.batching.Sample;
import io.ferry.batching.ServingListener;
import io.ferry.device.DeviceMemory;
import io.ferry.inference.Encoding;
import io.ferry.inference.Outcome;
import io.ferry.model.Deployment;
import io.ferry.model.ModelRepository;
import io.ferry.model.RequestLimits;
import io.ferry.model.ServedModel;
import io.ferry.pipeline.RequestListener.Refusal;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of metrics names what Prometheus will find, with its type and its labels. */
@SuppressWarnings("deprecation")
class MetricsPageTest {

  private static final Pattern TYPE = Pattern.compile("# TYPE (ferry_\\S+) (\\S+)");
  private static final Pattern SAMPLE = Pattern.compile("(ferry_\\w+)\\{([^}]*)} \\S+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
  private static final Pattern PART = Pattern.compile("_(bucket|sum|count)$");

  private final FakeTime time = new FakeTime();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final FerryMetrics metrics = new FerryMetrics(registry, List.of("cpu"), time);
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final ModelRepository repository = new ModelRepository(Optional.empty());
  private final Deployment deployment =
      new Deployment(
          "some-model",
          "1",
          new BatchPolicy(4, 100, Duration.ZERO, 10),
          new RequestLimits(4, 100, Duration.ofSeconds(1)),
          scheduler);

  private ServingListener measureSomething() {
    repository.add(new ServedModel(deployment));
    ServingListener serving = metrics.observe("some-model", repository);
    metrics.observe(DeviceMemory.ofHost(), "cpu");
    metrics.observe(scheduler, time, "cpu");
    metrics.observeUtilization(() -> 0.5, "cpu");
    serving.rowDequeued(1_000_000);
    serving.passServed(
        new Batch(
            List.of(new Sample(new Encoding(new long[3])), new Sample(new Encoding(new long[5])))),
        2_000_000);
    metrics.encoded("some-model", 1_000);
    metrics.requestEnded("process", "some-model", new Outcome.Expired(), 3_000_000);
    return serving;
  }

  /** Name, type and labels of everything that a scrape shows, less the largest values. */
  private Set<String> scraped() {
    Map<String, String> types = new TreeMap<>();
    Map<String, Set<String>> labels = new TreeMap<>();
    for (String line : registry.scrape().lines().toList()) {
      Matcher type = TYPE.matcher(line);
      if (type.matches()) {
        types.put(type.group(1), type.group(2));
      }
      Matcher sample = SAMPLE.matcher(line);
      if (sample.matches()) {
        String name = sample.group(1);
        String family = types.containsKey(name) ? name : PART.matcher(name).replaceAll("");
        Set<String> its = labels.computeIfAbsent(family, it -> new TreeSet<>());
        LABEL.matcher(sample.group(2)).results().map(label -> label.group(1)).forEach(its::add);
      }
    }
    return types.entrySet().stream()
        .filter(family -> !family.getKey().endsWith("_max"))
        .map(
            family ->
                "%s %s %s"
                    .formatted(
                        family.getKey(),
                        family.getValue(),
                        labels.getOrDefault(family.getKey(), Set.of()).stream()
                            .filter(label -> !label.equals("le"))
                            .collect(Collectors.joining(", "))))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void thePageAndAScrapeShowTheSame() throws Exception {
    measureSomething();
    Set<String> documented = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("docs/metrics.md"))) {
      if (line.startsWith("| `ferry_")) {
        String[] cells = line.replace("`", "").split(" *\\| *", -1);
        documented.add(String.join(" ", cells[1], cells[2], cells[3]));
      }
    }
    assertEquals(documented, scraped());
  }

  @Test
  void everyNameThereIsWasMeasured() throws Exception {
    measureSomething();
    Set<String> measured =
        registry.getMeters().stream()
            .map(meter -> meter.getId().getName())
            .collect(Collectors.toSet());
    int names = 0;
    for (Field field : MetricNames.class.getDeclaredFields()) {
      if (field.get(null) instanceof String name && name.startsWith("ferry.")) {
        names++;
        assertTrue(measured.contains(name), name);
      }
    }
    assertTrue(names > 10, "found " + names);
  }

  @Test
  void countsRequestsByTheirOutcome() {
    measureSomething();
    metrics.requestEnded(
        "process",
        "some-model",
        new Outcome.Rejected(Outcome.Rejection.QUEUE_FULL, Duration.ofSeconds(1)),
        1);
    metrics.requestEnded("process", "", new Outcome.UnknownModel("x", List.of()), 1);
    for (String outcome : List.of("expired", "queue_full", "unknown_model")) {
      assertEquals(
          1.0, registry.get("ferry.requests").tag("outcome", outcome).counter().count(), outcome);
    }
  }

  @Test
  void countsWhatNeverCameToAModelAndThePageNamesIt() throws Exception {
    String page = Files.readString(Path.of("docs/metrics.md"));
    for (Refusal refusal : Refusal.values()) {
      metrics.requestRefused("process", refusal);
      String outcome = refusal.name().toLowerCase(Locale.ROOT);
      assertTrue(page.contains("`" + outcome + "`"), outcome);
      assertEquals(
          1.0,
          registry
              .get("ferry.requests")
              .tags("outcome", outcome, "model", "", "protocol", "process")
              .counter()
              .count());
    }
  }

  @Test
  void showsThePaddingOfAPass() {
    measureSomething();
    // Rows of 3 and 5 tokens: 2 of 10 are padding.
    assertEquals(0.2, registry.get("ferry.batch.padding.ratio").summary().totalAmount(), 1e-9);
    assertEquals(2.0, registry.get("ferry.batch.rows").summary().totalAmount());
  }

  @Test
  void showsTheQueueAndTheStateAsTheyAreNow() {
    measureSomething();
    assertEquals(0.0, registry.get("ferry.queue.rows").gauge().value());
    deployment
        .queue()
        .enqueue(
            deployment.queue().tryAdmit(2).orElseThrow(),
            List.of(new Encoding(new long[1]), new Encoding(new long[1])),
            Duration.ofMinutes(1).toNanos(),
            5,
            time.parker());
    time.pass(Duration.ofMillis(1_500));
    assertEquals(2.0, registry.get("ferry.queue.rows").gauge().value());
    assertEquals(2.0, registry.get("ferry.queue.places").gauge().value());
    assertEquals(1.5, registry.get("ferry.queue.oldest.seconds").gauge().value());
    assertEquals(0.0, registry.get("ferry.inflight.rows").gauge().value());
    assertEquals(1.0, state("Loading"));
    assertEquals(0.0, state("Unavailable"));
    deployment.unavailable("why");
    assertEquals(0.0, state("Loading"));
    assertEquals(1.0, state("Unavailable"));
  }

  private double state(String state) {
    return registry.get("ferry.model.state").tag("state", state).gauge().value();
  }
}
