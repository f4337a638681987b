package io.ferry.model;

import io.ferry.batching.BatchPolicy;

/**
 * What can be set for each model.
 *
 * @param policy batches and queue
 * @param limits what a request may ask
 * @param warmup its first passes
 */
public record DeploymentSettings(BatchPolicy policy, RequestLimits limits, WarmupPlan warmup) {}
