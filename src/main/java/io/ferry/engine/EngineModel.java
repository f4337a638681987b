package io.ferry.engine;

import io.ferry.batching.ModelInstance;
import io.ferry.model.Signature;
import java.util.List;

/**
 * A model file in memory.
 *
 * @param signature what the file takes and gives; outputs are empty where the engine cannot tell
 * @param lanes one instance for each lane; closing them all frees the model
 */
public record EngineModel(Signature signature, List<ModelInstance> lanes) {

  /** Copies the list. */
  public EngineModel {
    lanes = List.copyOf(lanes);
  }
}
