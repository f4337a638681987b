/**
 * The Open Inference Protocol v2 (KServe, Triton): which models there are, and loading and
 * unloading them.
 */
@NullMarked
package io.ferry.rest.openinference;

import org.jspecify.annotations.NullMarked;
