package io.ferry.openinference;

import java.util.List;

/**
 * The server as the protocol describes it.
 *
 * @param name of the server
 * @param version of the server
 */
public record ServerMetadata(String name, String version) {

  /** Triton's names of the extensions that Ferry has, whatever carries the protocol. */
  public static final List<String> EXTENSIONS =
      List.of(
          "classification",
          "model_configuration",
          "model_repository",
          "schedule_policy",
          "statistics");
}
