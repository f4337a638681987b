package io.ferry.engine;

import io.ferry.inference.Datatype;
import java.nio.ByteBuffer;

/**
 * One input of a batch, the batch axis included.
 *
 * @param name what the model calls it
 * @param datatype the kind of its numbers
 * @param shape the batch axis first
 * @param data direct, in native order, from position to limit; used again for the next batch
 */
public record PackedTensor(String name, Datatype datatype, long[] shape, ByteBuffer data) {}
