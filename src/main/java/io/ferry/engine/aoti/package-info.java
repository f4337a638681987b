/**
 * Models as {@code model.pt2}: packages that torch.export and AOTInductor compile, run by a
 * libtorch that the machine has, through {@code java.lang.foreign}. The only package that calls
 * native code by itself.
 *
 * <p>{@link io.ferry.engine.aoti.AotInductorEngine} opens packages, {@link
 * io.ferry.engine.aoti.AotiLane} runs passes. Each native library has one class that binds its
 * functions; nothing else holds a method handle.
 */
@NullMarked
package io.ferry.engine.aoti;

import org.jspecify.annotations.NullMarked;
