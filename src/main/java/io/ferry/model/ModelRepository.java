package io.ferry.model;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The models that are served, by name. The loader's thread adds and removes; any thread reads. */
public final class ModelRepository {

  private final Optional<String> defaultName;
  private final Map<String, ServedModel> models = new ConcurrentSkipListMap<>();

  /**
   * A repository without models.
   *
   * @param defaultName what serves where a request names no model; where this is empty, the only
   *     model there is
   */
  public ModelRepository(Optional<String> defaultName) {
    this.defaultName = defaultName;
  }

  /** All models, in the order of their names. */
  public Collection<ServedModel> models() {
    return models.values();
  }

  /** The names there are. */
  public List<String> names() {
    return List.copyOf(models.keySet());
  }

  /** The model of this name. */
  public Optional<ServedModel> model(String name) {
    return Optional.ofNullable(models.get(name));
  }

  /** What serves where a request names no model; empty with several models and no default. */
  public Optional<ServedModel> defaultModel() {
    if (defaultName.isPresent()) {
      return model(defaultName.get());
    }
    List<ServedModel> all = List.copyOf(models.values());
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }

  /** The name that a request without one means; empty if it has to name one. */
  public Optional<String> defaultName() {
    return defaultName.isPresent() ? defaultName : defaultModel().map(ServedModel::name);
  }

  /** Adds a model. */
  public void add(ServedModel model) {
    models.put(model.name(), model);
  }

  /** Takes a model away: requests do not find it any more. */
  public void remove(String name) {
    models.remove(name);
  }
}
