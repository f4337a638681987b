package io.ferry.batching;

import java.time.Duration;

/**
 * A look at a queue, for metrics and health.
 *
 * @param waitingRows rows that wait
 * @param oldest how long the oldest of them has waited; zero if none waits
 * @param takenPlaces places taken: waiting rows, and rows admitted that are still being encoded
 * @param inFlightRows rows that a lane has taken and not yet ended
 */
public record QueueState(int waitingRows, Duration oldest, int takenPlaces, int inFlightRows) {}
