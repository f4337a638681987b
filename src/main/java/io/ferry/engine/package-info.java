/**
 * What every engine has in common: the port {@link io.ferry.engine.Engine}, and how the rows of a
 * batch lie in memory.
 */
@NullMarked
package io.ferry.engine;

import org.jspecify.annotations.NullMarked;
