/**
 * The vocabulary that every other package speaks: what a caller sends ({@link
 * io.ferry.inference.Input}), what a row is before the device ({@link
 * io.ferry.inference.ModelInput}) and after it ({@link io.ferry.inference.Prediction}), and how its
 * stay ended ({@link io.ferry.inference.Outcome}). Plain values; no threads, no frameworks.
 */
@NullMarked
package io.ferry.inference;

import org.jspecify.annotations.NullMarked;
