package io.ferry.engine;

import io.ferry.batching.ModelInstance;
import io.ferry.model.ModelLoadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One engine on several devices as one: a model is loaded onto each, and the lanes of all devices
 * serve it.
 */
public final class ManyDevices implements Engine {

  private final List<Engine> engines;

  /**
   * An engine on several devices.
   *
   * @param engines one a device, all of one kind; at least one
   */
  public ManyDevices(List<Engine> engines) {
    this.engines = List.copyOf(engines);
  }

  @Override
  public String name() {
    return engines.getFirst().name();
  }

  @Override
  public String file() {
    return engines.getFirst().file();
  }

  @Override
  public String platform() {
    return engines.getFirst().platform();
  }

  @Override
  public Optional<String> off() {
    return engines.getFirst().off();
  }

  /**
   * Loads a file onto every device.
   *
   * @param lanes of all devices together
   */
  @Override
  public EngineModel open(Path file, RowLayout layout, int lanes) throws ModelLoadException {
    List<EngineModel> opened = new ArrayList<>();
    try {
      for (Engine engine : engines) {
        opened.add(engine.open(file, layout, lanes / engines.size()));
      }
    } catch (ModelLoadException | RuntimeException | Error failed) {
      ModelInstance.closeAll(lanes(opened));
      throw failed;
    }
    return new EngineModel(opened.getFirst().signature(), lanes(opened));
  }

  private static List<ModelInstance> lanes(List<EngineModel> opened) {
    return opened.stream().flatMap(it -> it.lanes().stream()).toList();
  }
}
