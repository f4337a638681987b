package io.ferry.model;

/**
 * What a loaded model is.
 *
 * @param name the name it is served under
 * @param version of several versions the one this is, such as {@code 3}; {@code 1} where there are
 *     none
 * @param platform the engine and its format, such as {@code pytorch_torchscript}
 * @param precision of its weights, such as {@code fp32}; batch equals single is promised for that
 *     alone
 * @param task what its numbers mean
 * @param maxTokens the longest row it takes, in tokens
 * @param signature its inputs and outputs
 */
public record ModelSpec(
    String name,
    String version,
    String platform,
    String precision,
    Task task,
    int maxTokens,
    Signature signature) {}
