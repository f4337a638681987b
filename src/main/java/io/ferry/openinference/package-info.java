/**
 * The Open Inference Protocol v2, whatever carries it: which tensors a model takes and gives, and
 * what becomes of them. {@code io.ferry.rest.openinference} and {@code io.ferry.grpc} read and
 * write them.
 */
@NullMarked
package io.ferry.openinference;

import org.jspecify.annotations.NullMarked;
