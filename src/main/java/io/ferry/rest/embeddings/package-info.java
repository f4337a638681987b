/** The HTTP API of Hugging Face's text-embeddings-inference (TEI). */
@NullMarked
package io.ferry.rest.embeddings;

import org.jspecify.annotations.NullMarked;
