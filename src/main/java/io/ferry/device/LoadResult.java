package io.ferry.device;

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
  record ShuttingDown() implements LoadResult {}
}
