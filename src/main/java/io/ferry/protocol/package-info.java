/**
 * What the adapters of all protocols share, whatever carries them: how a request can be wrong
 * before the pipeline sees it, what headers say, and how much bodies may take.
 */
@NullMarked
package io.ferry.protocol;

import org.jspecify.annotations.NullMarked;
