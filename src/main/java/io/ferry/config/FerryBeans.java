package io.ferry.config;

import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.SystemTime;
import io.ferry.device.DeviceMemory;
import io.ferry.device.GpuBatcher;
import io.ferry.device.ModelLifecycle;
import io.ferry.engine.djl.TorchScriptLoader;
import io.ferry.engine.folder.EmbeddedModel;
import io.ferry.engine.simulated.SimulatedSource;
import io.ferry.metrics.FerryMetrics;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelSource;
import io.ferry.pipeline.EncodingTurns;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.rest.BodyLimit;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

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
    return ConfiguredSettings.read(directory -> List.of(SimulatedSource.NAME, EmbeddedModel.NAME));
  }

  @Produces
  @Singleton
  Devices devices(Settings settings) {
    return Devices.of(settings);
  }

  @Produces
  @Singleton
  DeviceScheduler scheduler(SystemTime time) {
    return new DeviceScheduler(time);
  }

  @Produces
  @Singleton
  ModelSource source(Settings settings, Devices devices, SystemTime time) {
    return devices.simulated()
        ? new SimulatedSource(settings.simulated(), time)
        : new EmbeddedSource(new TorchScriptLoader(devices.names().getFirst()));
  }

  @Produces
  @Singleton
  ModelRepository repository(Settings settings) {
    return new ModelRepository(settings.defaultModel());
  }

  @Produces
  @Singleton
  FerryMetrics metrics(MeterRegistry registry, Devices devices, SystemTime time) {
    FerryMetrics metrics = new FerryMetrics(registry, devices.lanes(), time);
    for (String device : devices.names()) {
      metrics.observe(
          device.startsWith("gpu:") ? TorchScriptLoader.gpuMemory(device) : DeviceMemory.ofHost(),
          device);
    }
    return metrics;
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
      SystemTime time) {
    return new ModelLifecycle(
        source,
        repository,
        scheduler,
        name -> settings.model(name).deployment(),
        name -> metrics.observe(name, repository),
        time);
  }

  @Produces
  @Singleton
  BodyLimit bodyLimit(Settings settings) {
    return new BodyLimit(settings.maxBody());
  }

  @Produces
  @Singleton
  InferencePipeline pipeline(ModelRepository repository, SystemTime time, FerryMetrics metrics) {
    int encodersAtOnce = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    return new InferencePipeline(
        repository, new EncodingTurns(encodersAtOnce), time, time::parkerOfCurrentThread, metrics);
  }

  /** The model that is part of the application. */
  private record EmbeddedSource(TorchScriptLoader engine) implements ModelSource {

    @Override
    public List<Available> list() {
      return List.of(
          new Available(EmbeddedModel.NAME, List.of(new Version("1", 0)), Optional.empty()));
    }

    @Override
    public LoadedModel load(String name, String version) throws ModelLoadException {
      try (EmbeddedModel model = EmbeddedModel.unpack()) {
        return engine.load(name, model.folder());
      }
    }
  }
}
