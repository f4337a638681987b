package io.ferry.engine;

import io.ferry.batching.Batch;

/** One input of a model file, and how a batch's rows are laid into it. */
sealed interface InputPlane permits TokenPlane, TensorPlane {

  PackedTensor pack(Batch batch);
}
