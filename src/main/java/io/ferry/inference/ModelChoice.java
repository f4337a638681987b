package io.ferry.inference;

import java.util.Optional;

/**
 * The model that a request is for.
 *
 * @param name its name; empty for the default
 * @param version the version it must be; empty for whichever serves
 */
public record ModelChoice(Optional<String> name, Optional<String> version) {

  /** The default model. */
  public static final ModelChoice DEFAULT = of(Optional.empty());

  /** The model of this name, or the default, in whichever version serves. */
  public static ModelChoice of(Optional<String> name) {
    return new ModelChoice(name, Optional.empty());
  }
}
