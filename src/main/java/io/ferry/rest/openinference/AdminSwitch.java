package io.ferry.rest.openinference;

/**
 * Whether models can be loaded and unloaded over HTTP.
 *
 * @param on if so
 */
public record AdminSwitch(boolean on) {}
