package io.ferry.device;

import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Models that are there, and load, as a test says. */
final class ScriptedSource implements ModelSource {

  /** Reads a version into memory. */
  @FunctionalInterface
  interface Reading {
    LoadedModel read() throws ModelLoadException;
  }

  /** A number of looks, and what happens then. */
  private record Looks(AtomicInteger left, CompletableFuture<Void> reached) {
    Looks(int times, CompletableFuture<Void> reached) {
      this(new AtomicInteger(times), reached);
    }

    void count() {
      if (left.decrementAndGet() <= 0) {
        reached.complete(null);
      }
    }
  }

  private final AtomicReference<Looks> looks =
      new AtomicReference<>(new Looks(1, new CompletableFuture<>()));
  private final AtomicReference<Optional<Error>> failure = new AtomicReference<>(Optional.empty());
  private final Map<String, List<Version>> models = new ConcurrentSkipListMap<>();
  private final Map<String, Reading> readings = new ConcurrentHashMap<>();

  /** From now on there is this version, above all others of the model. */
  void put(String name, String version, Reading reading) {
    List<Version> versions = new ArrayList<>(models.getOrDefault(name, List.of()));
    versions.addFirst(new Version(version, 0));
    models.put(name, List.copyOf(versions));
    readings.put(name + "/" + version, reading);
  }

  /** Tells when somebody has looked that often from now on. */
  CompletableFuture<Void> looks(int times) {
    return looks.updateAndGet(before -> new Looks(times, new CompletableFuture<>())).reached();
  }

  /** The next look fails, once. */
  void fails(Error error) {
    failure.set(Optional.of(error));
  }

  @Override
  public List<Available> list() {
    looks.get().count();
    Optional<Error> error = failure.getAndSet(Optional.empty());
    if (error.isPresent()) {
      throw error.get();
    }
    return models.entrySet().stream()
        .map(it -> new Available(it.getKey(), it.getValue(), Optional.empty()))
        .toList();
  }

  @Override
  public LoadedModel load(String name, String version) throws ModelLoadException {
    return Optional.ofNullable(readings.get(name + "/" + version)).orElseThrow().read();
  }
}
