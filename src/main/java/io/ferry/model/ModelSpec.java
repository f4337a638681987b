package io.ferry.model;

/**
 * What a loaded model is.
 *
 * @param name the name it is served under
 * @param task what its numbers mean
 * @param maxTokens the longest row it takes, in tokens
 * @param outputLength the values that it gives for a row, or 0 if that varies
 */
public record ModelSpec(String name, Task task, int maxTokens, int outputLength) {}
