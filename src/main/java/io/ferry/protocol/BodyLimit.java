package io.ferry.protocol;

/**
 * How large a request's body may be.
 *
 * @param bytes at most
 */
public record BodyLimit(int bytes) {}
