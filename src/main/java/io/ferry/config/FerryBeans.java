package io.ferry.config;

import io.ferry.batching.SystemTime;
import io.ferry.device.DeviceMemory;
import io.ferry.device.GpuBatcher;
import io.ferry.engine.djl.TorchScriptLoader;
import io.ferry.engine.folder.EmbeddedModel;
import io.ferry.engine.simulated.SimulatedLoader;
import io.ferry.metrics.FerryMetrics;
import io.ferry.model.Deployment;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelLoader;
import io.ferry.model.ModelRepository;
import io.ferry.pipeline.EncodingTurns;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.rest.BodyLimit;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

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
    return ConfiguredSettings.read(List.of(Settings.SIMULATED, EmbeddedModel.NAME));
  }

  @Produces
  @Singleton
  DeviceName device(Settings settings) {
    return new DeviceName(
        settings.device().equals(Settings.AUTO)
            ? TorchScriptLoader.autoDevice()
            : settings.device());
  }

  @Produces
  @Singleton
  ModelLoader loader(Settings settings, DeviceName device, SystemTime time) {
    return device.value().equals(Settings.SIMULATED)
        ? new SimulatedLoader(settings.simulated(), time)
        : new EmbeddedLoader(new TorchScriptLoader(device.value()));
  }

  @Produces
  @Singleton
  ModelRepository repository(Settings settings, ModelLoader loader, SystemTime time) {
    Settings.Model model = settings.model(loader.name());
    return new ModelRepository(
        List.of(new Deployment(loader.name(), model.policy(), model.limits(), time)));
  }

  @Produces
  @Singleton
  FerryMetrics metrics(MeterRegistry registry) {
    return new FerryMetrics(registry);
  }

  @Produces
  @Singleton
  GpuBatcher batcher(
      Settings settings,
      DeviceName device,
      ModelRepository repository,
      ModelLoader loader,
      SystemTime time,
      FerryMetrics metrics) {
    Deployment deployment = repository.defaultDeployment();
    metrics.observe(
        device.value().startsWith("gpu:")
            ? TorchScriptLoader.gpuMemory(device.value())
            : DeviceMemory.ofHost(),
        device.value());
    return new GpuBatcher(
        device.value(),
        deployment,
        loader,
        time,
        settings.stallAfter(),
        metrics.observe(deployment, device.value(), time));
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

  /** The device that serves, {@code auto} resolved. */
  record DeviceName(String value) {}

  /** Loads the model that is part of the application. */
  private record EmbeddedLoader(TorchScriptLoader engine) implements ModelLoader {

    @Override
    public String name() {
      return EmbeddedModel.NAME;
    }

    @Override
    public LoadedModel load() throws ModelLoadException {
      try (EmbeddedModel model = EmbeddedModel.unpack()) {
        return engine.load(name(), model.folder());
      }
    }
  }
}
