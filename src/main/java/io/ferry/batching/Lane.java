package io.ferry.batching;

/**
 * One forward pass at a time: a thread that runs {@link DeviceLoop}. A device has one or several.
 *
 * @param index from 0; a model has an instance for each
 * @param parker parks the lane's thread
 */
public record Lane(int index, Parker parker) {}
