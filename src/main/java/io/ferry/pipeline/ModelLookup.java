package io.ferry.pipeline;

import io.ferry.model.ModelSpec;
import io.ferry.pipeline.InferenceReply.Refused;

/** Which model a request would be served by. */
public sealed interface ModelLookup {

  /**
   * It serves.
   *
   * @param model what it takes and gives
   */
  record Found(ModelSpec model) implements ModelLookup {}

  /**
   * There is no such model, or it does not serve at present.
   *
   * @param refused the answer to the request
   */
  record Missing(Refused refused) implements ModelLookup {}
}
