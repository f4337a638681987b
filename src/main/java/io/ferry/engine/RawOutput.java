package io.ferry.engine;

import io.ferry.inference.Datatype;
import java.nio.ByteBuffer;

/**
 * One output of a batch, as an engine gives it.
 *
 * @param datatype the kind of its numbers
 * @param shape the batch axis first
 * @param data the numbers in native order, from position to limit; read before the pass ends
 */
public record RawOutput(Datatype datatype, long[] shape, ByteBuffer data) {}
