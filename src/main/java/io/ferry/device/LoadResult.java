package io.ferry.device;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import java.time.Duration;

/** What became of a wish to load or unload a model. */
public sealed interface LoadResult {

  /**
   * The model serves this version.
   *
   * @param version which one
   */
  record Loaded(String version) implements LoadResult {}

  /** The model is gone; who was accepted is still served. */
  record Unloaded() implements LoadResult {}

  /**
   * It cannot be loaded. What served before serves on.
   *
   * @param reason for operators
   */
  record Failed(String reason) implements LoadResult {}

  /** There is no such model. */
  record Unknown() implements LoadResult {}

  /** The server is shutting down. */
  record ShuttingDown() implements LoadResult {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** What any other request is told meanwhile. */
    public Outcome outcome() {
      return new Outcome.Rejected(Rejection.DRAINING, RETRY_AFTER);
    }
  }
}
