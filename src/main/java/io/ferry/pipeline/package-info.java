/**
 * The way of a request, in one method: {@link io.ferry.pipeline.InferencePipeline#infer}. Protocols
 * translate to and from it and add nothing.
 */
@NullMarked
package io.ferry.pipeline;

import org.jspecify.annotations.NullMarked;
