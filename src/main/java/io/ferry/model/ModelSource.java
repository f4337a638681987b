package io.ferry.model;

import java.util.List;
import java.util.Optional;

/** Port: where models come from, and how they get into memory. */
public interface ModelSource {

  /** The models there are now. Any thread may call it. */
  List<Available> list();

  /** The model of this name, if there is one now. */
  default Optional<Available> find(String name) {
    return list().stream().filter(it -> it.name().equals(name)).findFirst();
  }

  /**
   * Loads a version onto its device. The loader's thread alone calls it.
   *
   * @throws ModelLoadException if it cannot be loaded; other models are not concerned
   */
  LoadedModel load(String name, String version) throws ModelLoadException;

  /**
   * A model that can be loaded, or could if it were not for a flaw.
   *
   * @param name the name to serve it under
   * @param versions the highest first; at least one
   * @param flaw why none of them can be loaded, for operators
   */
  record Available(String name, List<Version> versions, Optional<String> flaw) {
    /** Copies the list. */
    public Available {
      versions = List.copyOf(versions);
    }

    /**
     * Whether there is something to load that was not there before. Of a model that lost one of its
     * lower versions there is not: what serves is the highest, or was when that could not.
     */
    public boolean hasNewsSince(Available before) {
      return !flaw.equals(before.flaw)
          || !versions.getFirst().equals(before.versions.getFirst())
          || !before.versions.containsAll(versions);
    }
  }

  /**
   * A version of a model.
   *
   * @param number such as {@code 3}
   * @param fingerprint of its files: another one means that they have changed
   */
  record Version(String number, long fingerprint) {}
}
