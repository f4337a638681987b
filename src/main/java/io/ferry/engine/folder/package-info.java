/**
 * Model folders as Hugging Face tools write them: what {@code config.json} says, and where the
 * files are. Knows no engine.
 */
@NullMarked
package io.ferry.engine.folder;

import org.jspecify.annotations.NullMarked;
