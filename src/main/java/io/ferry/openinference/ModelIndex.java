package io.ferry.openinference;

import io.ferry.model.Deployment;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelSource.Available;
import io.ferry.model.ModelSource.Version;
import io.ferry.model.ModelState;
import io.ferry.model.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The models that there are to load, and what has become of them, in the states of Triton's model
 * repository extension.
 */
public final class ModelIndex {

  private ModelIndex() {}

  /**
   * One version of a model.
   *
   * @param state {@code READY}, {@code LOADING}, {@code UNLOADING} or {@code UNAVAILABLE}
   * @param reason why it is in that state; empty where there is nothing to say
   */
  public record Entry(String name, String version, String state, String reason) {}

  /**
   * The entries.
   *
   * @param models that there are
   * @param repository those that are served, or were to be
   * @param onlyReady leaves out what cannot serve now
   */
  public static List<Entry> of(
      List<Available> models, ModelRepository repository, boolean onlyReady) {
    List<Entry> entries = new ArrayList<>();
    for (Available model : models) {
      Optional<ServedModel> served = repository.model(model.name());
      for (Version version : model.versions()) {
        Entry entry = entry(model.name(), version.number(), served);
        if (!onlyReady || entry.state.equals("READY")) {
          entries.add(entry);
        }
      }
    }
    return List.copyOf(entries);
  }

  private static Entry entry(String name, String version, Optional<ServedModel> served) {
    return served.stream()
        .flatMap(it -> it.versions().stream())
        .filter(it -> it.version().equals(version))
        .findFirst()
        // Read once: the loader's thread may change it at any moment.
        .map(Deployment::state)
        .map(state -> new Entry(name, version, label(state), reason(state)))
        .orElseGet(() -> new Entry(name, version, "UNAVAILABLE", "not loaded"));
  }

  private static String label(ModelState state) {
    return switch (state) {
      case ModelState.Loading(), ModelState.WarmingUp() -> "LOADING";
      case ModelState.Ready ready -> "READY";
      case ModelState.Draining() -> "UNLOADING";
      case ModelState.Stopped() -> "UNAVAILABLE";
      case ModelState.Unavailable unavailable -> "UNAVAILABLE";
    };
  }

  private static String reason(ModelState state) {
    return state instanceof ModelState.Unavailable(String reason) ? reason : "";
  }
}
