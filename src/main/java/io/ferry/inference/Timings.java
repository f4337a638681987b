package io.ferry.inference;

/**
 * Where a row's time went.
 *
 * @param queueNanos from the row's arrival in the queue to the start of the pass that served it
 * @param inferenceNanos how long that pass took: packing, forward and reading back
 * @param batchRows the rows of that pass, this one included
 */
public record Timings(long queueNanos, long inferenceNanos, int batchRows) {}
