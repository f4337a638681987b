package io.ferry.pipeline;

import io.ferry.model.Deployment;
import io.ferry.model.ModelSpec;
import io.ferry.pipeline.InferenceReply.Refused;

/** Which model a request would be served by. */
public sealed interface ModelLookup {

  /**
   * It serves.
   *
   * @param model what it takes and gives
   * @param deployment the version that serves it, with its limits; it may end serving at any moment
   */
  record Found(ModelSpec model, Deployment deployment) implements ModelLookup {}

  /**
   * There is no such model, or it does not serve at present.
   *
   * @param refused the answer to the request
   */
  record Missing(Refused refused) implements ModelLookup {}
}
