/** A pretend accelerator, for tests and benchmarks: batches take time but need no CPU. */
@NullMarked
package io.ferry.engine.simulated;

import org.jspecify.annotations.NullMarked;
