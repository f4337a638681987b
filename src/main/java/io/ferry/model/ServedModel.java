package io.ferry.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A name that requests use, and the versions behind it: the one that serves, and while another is
 * loaded or has failed to, that one, too. The loader's thread changes it; any thread reads.
 */
public final class ServedModel {

  private final String name;
  private volatile Deployment current;
  private volatile Optional<Deployment> other = Optional.empty();

  /** Whether {@link #current} has taken over. What has keeps its place also while unavailable. */
  private volatile boolean serving;

  /** A name whose first version is about to load. */
  public ServedModel(Deployment first) {
    this.name = first.name();
    this.current = first;
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The version that requests get. */
  public Deployment current() {
    return current;
  }

  /** The version that requests get; then another that loads or has failed to, if there is one. */
  public List<Deployment> versions() {
    return Stream.concat(Stream.of(current), other.stream()).distinct().toList();
  }

  /** Shows a version that loads, or has failed to; beside the one that has taken over, if any. */
  public void show(Deployment beside) {
    if (serving) {
      other = Optional.of(beside);
    } else {
      current = beside;
    }
  }

  /** From now on requests get this version. */
  public void serve(Deployment next) {
    current = next;
    other = Optional.empty();
    serving = true;
  }
}
