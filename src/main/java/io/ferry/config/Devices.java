package io.ferry.config;

import io.ferry.engine.djl.TorchScriptLoader;
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
            ? List.of(TorchScriptLoader.autoDevice())
            : settings.devices();
    // The pretend accelerator is defined to have one.
    boolean simulated = names.equals(List.of(Settings.SIMULATED));
    return new Devices(names, simulated ? 1 : settings.lanes());
  }

  boolean simulated() {
    return names.equals(List.of(Settings.SIMULATED));
  }

  /** The device of each lane. */
  List<String> lanes() {
    return names.stream().flatMap(it -> Collections.nCopies(lanesEach, it).stream()).toList();
  }
}
