package io.ferry.rest.openinference;

/**
 * Which Ferry this is.
 *
 * @param number such as {@code 1.0.0}
 */
public record ServerVersion(String number) {}
