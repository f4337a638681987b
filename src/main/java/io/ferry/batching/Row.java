package io.ferry.batching;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;

/**
 * A row as the engine sees it: what to compute, and where the answer goes. One object carries both,
 * so an answer cannot land on a neighbour's row.
 */
public interface Row {

  /** What the model takes. */
  ModelInput input();

  /** Puts down the model's answer to this row. Only the device's thread calls this. */
  void answer(Prediction prediction);
}
