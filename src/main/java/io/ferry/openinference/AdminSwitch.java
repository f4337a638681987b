package io.ferry.openinference;

/**
 * Whether models can be loaded and unloaded over the protocol.
 *
 * @param on if so
 */
public record AdminSwitch(boolean on) {}
