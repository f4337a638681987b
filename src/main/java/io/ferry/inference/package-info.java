/**
 * The vocabulary that every other package speaks: what a row is before the device ({@link
 * io.ferry.inference.Encoding}), after it ({@link io.ferry.inference.Prediction}) and how its stay
 * ended ({@link io.ferry.inference.Outcome}). Plain values; no threads, no frameworks.
 */
@NullMarked
package io.ferry.inference;

import org.jspecify.annotations.NullMarked;
