package io.ferry.model;

import io.ferry.batching.ModelInstance;
import io.ferry.inference.Input;
import java.util.List;

/**
 * A model in memory, with all that is needed to serve it.
 *
 * @param spec what it is
 * @param encoder makes rows of inputs; any thread may call it
 * @param lanes run batches, one for each lane of the device; only that lane's thread may call it
 * @param example an input that the model surely takes, for warm-up and to find out whether it works
 */
public record LoadedModel(ModelSpec spec, Encoder encoder, List<ModelInstance> lanes, Input example)
    implements AutoCloseable {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no lane
   */
  public LoadedModel {
    lanes = List.copyOf(lanes);
    if (lanes.isEmpty()) {
      throw new IllegalArgumentException("a model has at least one lane");
    }
  }

  /** Frees the encoder and the instances, when no lane is inside any more. */
  @Override
  public void close() {
    try {
      encoder.close();
    } finally {
      ModelInstance.closeAll(lanes);
    }
  }
}
