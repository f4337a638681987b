package io.ferry.config;

import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.ServingListener;
import io.ferry.batching.SystemTime;
import io.ferry.device.DeviceMemory;
import io.ferry.device.GpuBatcher;
import io.ferry.device.ModelLifecycle;
import io.ferry.engine.aoti.CudaDevices;
import io.ferry.engine.djl.HuggingFaceTokenizers;
import io.ferry.engine.folder.EmbeddedModel;
import io.ferry.engine.folder.EmbeddedSource;
import io.ferry.engine.folder.FolderLoader;
import io.ferry.engine.folder.FolderSource;
import io.ferry.engine.folder.ModelFolders;
import io.ferry.engine.simulated.SimulatedSource;
import io.ferry.inference.AnswerBudget;
import io.ferry.metrics.FerryMetrics;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelSource;
import io.ferry.model.ModelSource.Available;
import io.ferry.openinference.AdminSwitch;
import io.ferry.openinference.ServerMetadata;
import io.ferry.openinference.Statistics;
import io.ferry.pipeline.EncodingTurns;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.pipeline.RequestListener;
import io.ferry.pipeline.TokenPipeline;
import io.ferry.protocol.BodyBudget;
import io.ferry.protocol.BodyLimit;
import io.ferry.rest.embeddings.MetricsPage;
import io.ferry.rest.embeddings.ServerFacts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the application together: the one place where settings become objects. */
@ApplicationScoped
public class FerryBeans {

  @Produces
  @Singleton
  SystemTime time() {
    return new SystemTime();
  }

  @Produces
  @Singleton
  Settings settings() {
    return ConfiguredSettings.read(
        directory ->
            directory.isPresent()
                ? new ModelFolders(directory.get()).list().stream().map(Available::name).toList()
                : List.of(SimulatedSource.NAME, EmbeddedModel.NAME));
  }

  @Produces
  @Singleton
  Devices devices(Settings settings) {
    return Devices.of(settings, System.getenv());
  }

  @Produces
  @Singleton
  DeviceScheduler scheduler(SystemTime time) {
    return new DeviceScheduler(time);
  }

  @Produces
  @Singleton
  ModelSource source(Settings settings, Devices devices, SystemTime time) {
    if (devices.simulated()) {
      return new SimulatedSource(settings.simulated(), time);
    }
    FolderLoader loader =
        new FolderLoader(devices.engines(), HuggingFaceTokenizers::open, devices.lanes().size());
    return settings
        .directory()
        .<ModelSource>map(
            directory ->
                new FolderSource(
                    new ModelFolders(directory), loader, name -> settings.model(name).folder()))
        .orElseGet(() -> new EmbeddedSource(loader, settings.model(EmbeddedModel.NAME).folder()));
  }

  @Produces
  @Singleton
  ModelRepository repository(Settings settings) {
    return new ModelRepository(settings.defaultModel());
  }

  @Produces
  @Singleton
  FerryMetrics metrics(
      MeterRegistry registry, Devices devices, DeviceScheduler scheduler, SystemTime time) {
    FerryMetrics metrics = new FerryMetrics(registry, devices.lanes(), time);
    for (String device : devices.names()) {
      metrics.observe(scheduler, time, device);
      if (Devices.isGpu(device)) {
        CudaDevices.gauges(device)
            .ifPresent(
                gpu -> {
                  metrics.observe(gpu.memory(), device);
                  metrics.observeUtilization(gpu.utilization(), device);
                });
      } else {
        metrics.observe(DeviceMemory.ofHost(), device);
      }
    }
    return metrics;
  }

  @Produces
  @Singleton
  Statistics statistics(SystemTime time) {
    return new Statistics(time::epochMillis);
  }

  @Produces
  @Singleton
  GpuBatcher batcher(
      Settings settings, Devices devices, DeviceScheduler scheduler, SystemTime time) {
    return new GpuBatcher(devices.lanes(), scheduler, time, settings.stallAfter());
  }

  @Produces
  @Singleton
  ModelLifecycle lifecycle(
      Settings settings,
      ModelSource source,
      ModelRepository repository,
      DeviceScheduler scheduler,
      FerryMetrics metrics,
      Statistics statistics,
      SystemTime time) {
    return new ModelLifecycle(
        source,
        repository,
        scheduler,
        name -> settings.model(name).deployment(),
        name ->
            ServingListener.all(
                List.of(metrics.observe(name, repository), statistics.serving(name))),
        time);
  }

  @Produces
  @Singleton
  AdminSwitch adminSwitch(Settings settings) {
    return new AdminSwitch(settings.adminEnabled());
  }

  @Produces
  @Singleton
  ServerMetadata serverMetadata(
      @ConfigProperty(name = "quarkus.application.version") String version) {
    return new ServerMetadata("ferry", version);
  }

  @Produces
  @Singleton
  BodyLimit bodyLimit(Settings settings) {
    return new BodyLimit(settings.maxBody());
  }

  @Produces
  @Singleton
  BodyBudget bodyBudget(BodyLimit limit) {
    return new BodyBudget(limit);
  }

  @Produces
  @Singleton
  AnswerBudget answerBudget() {
    return new AnswerBudget();
  }

  @Produces
  @Singleton
  EncodingTurns encodingTurns() {
    return new EncodingTurns(textsEncodedAtOnce());
  }

  private static int textsEncodedAtOnce() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
  }

  @Produces
  @Singleton
  ServerFacts serverFacts(Devices devices, ServerMetadata server) {
    return new ServerFacts(server.version(), devices.kinds(), textsEncodedAtOnce());
  }

  // Of Micrometer's two for Prometheus the older one, which is the one that Quarkus has.
  @SuppressWarnings("deprecation")
  @Produces
  @Singleton
  MetricsPage metricsPage(PrometheusMeterRegistry registry) {
    return new MetricsPage(registry::scrape);
  }

  @Produces
  @Singleton
  InferencePipeline pipeline(
      ModelRepository repository,
      EncodingTurns turns,
      SystemTime time,
      FerryMetrics metrics,
      Statistics statistics) {
    return new InferencePipeline(
        repository,
        turns,
        time,
        time::parkerOfCurrentThread,
        RequestListener.all(List.of(metrics, statistics.requests())));
  }

  @Produces
  @Singleton
  TokenPipeline tokenPipeline(ModelRepository repository, EncodingTurns turns, SystemTime time) {
    return new TokenPipeline(repository, turns, time);
  }
}
