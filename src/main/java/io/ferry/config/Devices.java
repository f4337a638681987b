package io.ferry.config;

import io.ferry.engine.Engine;
import io.ferry.engine.ManyDevices;
import io.ferry.engine.djl.PyTorchDevices;
import io.ferry.engine.djl.TorchScriptEngine;
import java.util.Collections;
import java.util.List;

/**
 * The devices that serve, {@code auto} resolved.
 *
 * @param names such as {@code gpu:0}
 * @param lanesEach forward passes at once on each
 */
record Devices(List<String> names, int lanesEach) {

  static Devices of(Settings settings) {
    List<String> names =
        settings.devices().equals(List.of(Settings.AUTO))
            ? PyTorchDevices.auto(threads(settings.lanes()))
            : settings.devices();
    // The pretend accelerator is defined to have one.
    boolean simulated = names.equals(List.of(Settings.SIMULATED));
    return new Devices(names, simulated ? 1 : settings.lanes());
  }

  boolean simulated() {
    return names.equals(List.of(Settings.SIMULATED));
  }

  /** The engines, the preferred one first: each serves all lanes of all devices. */
  List<Engine> engines() {
    return List.of(
        new ManyDevices(
            names.stream()
                .<Engine>map(it -> new TorchScriptEngine(it, threads(lanesEach)))
                .toList()));
  }

  /** The threads that share one pass on the CPU: of all cores those that are a lane's share. */
  private static int threads(int lanes) {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / lanes);
  }

  /** The device of each lane. */
  List<String> lanes() {
    return names.stream().flatMap(it -> Collections.nCopies(lanesEach, it).stream()).toList();
  }
}
