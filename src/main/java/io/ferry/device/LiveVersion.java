package io.ferry.device;

import io.ferry.batching.Flow;
import io.ferry.model.Deployment;
import io.ferry.model.LoadedModel;

/**
 * A version in memory.
 *
 * @param deployment as requests see it
 * @param flow as the lanes see it
 * @param model what is freed in the end
 */
record LiveVersion(Deployment deployment, Flow flow, LoadedModel model) {}
