package io.ferry.model;

import io.ferry.batching.ModelInstance;

/**
 * A model in memory, with all that is needed to serve it.
 *
 * <p>Closing it frees the encoder and the instance; the device's thread does that, when the queue
 * has ended.
 *
 * @param spec what it is
 * @param encoder makes rows of texts; any thread may call it
 * @param instance runs batches; only the device's thread may call it
 */
public record LoadedModel(ModelSpec spec, Encoder encoder, ModelInstance instance)
    implements AutoCloseable {

  @Override
  public void close() {
    try {
      encoder.close();
    } finally {
      instance.close();
    }
  }
}
