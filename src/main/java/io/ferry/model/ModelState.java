package io.ferry.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * A model's life: Loading, WarmingUp, Ready, Draining, Stopped; or Unavailable, from any of the
 * first three, and back to Ready if it recovers.
 */
public sealed interface ModelState {

  /** Being read into memory. */
  record Loading() implements ModelState {}

  /** Running its first passes, which are slow. */
  record WarmingUp() implements ModelState {}

  /**
   * Serving.
   *
   * @param model what serves
   */
  record Ready(LoadedModel model) implements ModelState {}

  /** Finishing what was accepted; taking nothing new. */
  record Draining() implements ModelState {}

  /** Gone from memory. */
  record Stopped() implements ModelState {}

  /**
   * Broken.
   *
   * @param reason what an operator can act on
   */
  record Unavailable(String reason) implements ModelState {}

  /** The state's name as health and metrics show it, such as {@code WarmingUp}. */
  default String label() {
    return getClass().getSimpleName();
  }

  /** The names of all states. */
  static List<String> labels() {
    return Stream.of(ModelState.class.getPermittedSubclasses()).map(Class::getSimpleName).toList();
  }
}
