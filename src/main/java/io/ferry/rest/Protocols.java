package io.ferry.rest;

import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.List;

/** All protocols over HTTP. */
@Singleton
public class Protocols {

  private final List<Protocol> all;
  private final ProcessProtocol otherwise;

  Protocols(@All List<Protocol> all, ProcessProtocol otherwise) {
    this.all = List.copyOf(all);
    this.otherwise = otherwise;
  }

  /** The protocol of a path; where nobody owns it, the one of {@code /process}. */
  public Protocol of(String path) {
    return all.stream().filter(it -> it.owns(path)).findFirst().orElse(otherwise);
  }
}
