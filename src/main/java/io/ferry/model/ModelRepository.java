package io.ferry.model;

import java.util.List;
import java.util.Optional;

/**
 * The models that are served, by name.
 *
 * @param deployments with distinct names; the first one is the default
 */
public record ModelRepository(List<Deployment> deployments) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no model
   */
  public ModelRepository {
    deployments = List.copyOf(deployments);
    if (deployments.isEmpty()) {
      throw new IllegalArgumentException("there is no model to serve");
    }
  }

  /** The model that serves where a request names none. */
  public Deployment defaultDeployment() {
    return deployments.getFirst();
  }

  /** The deployment of this name; the default one if none is named. */
  public Optional<Deployment> find(Optional<String> name) {
    return name.isEmpty()
        ? Optional.of(defaultDeployment())
        : deployments.stream().filter(it -> it.name().equals(name.get())).findFirst();
  }

  /** The names there are. */
  public List<String> names() {
    return deployments.stream().map(Deployment::name).toList();
  }
}
