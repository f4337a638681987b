package io.ferry.device;

import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Models that are there, and load, as a test says. */
final class ScriptedSource implements ModelSource {

  /** Reads a version into memory. */
  @FunctionalInterface
  interface Reading {
    LoadedModel read() throws ModelLoadException;
  }

  private final Map<String, List<Version>> models = new ConcurrentSkipListMap<>();
  private final Map<String, Reading> readings = new ConcurrentHashMap<>();

  /** From now on there is this version, above all others of the model. */
  void put(String name, String version, Reading reading) {
    List<Version> versions = new ArrayList<>(models.getOrDefault(name, List.of()));
    versions.addFirst(new Version(version, 0));
    models.put(name, List.copyOf(versions));
    readings.put(name + "/" + version, reading);
  }

  @Override
  public List<Available> list() {
    return models.entrySet().stream()
        .map(it -> new Available(it.getKey(), it.getValue(), Optional.empty()))
        .toList();
  }

  @Override
  public LoadedModel load(String name, String version) throws ModelLoadException {
    return Optional.ofNullable(readings.get(name + "/" + version)).orElseThrow().read();
  }
}
