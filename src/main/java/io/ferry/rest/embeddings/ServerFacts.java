package io.ferry.rest.embeddings;

/**
 * What is said of the server itself.
 *
 * @param version Ferry's own
 * @param computeType what runs the models: {@code cpu}, {@code gpu}, or both as {@code cpu+gpu}
 * @param tokenizersAtOnce texts that are encoded at the same time at most
 */
public record ServerFacts(String version, String computeType, int tokenizersAtOnce) {}
