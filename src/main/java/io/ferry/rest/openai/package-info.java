/**
 * OpenAI's API, as far as it is about embeddings: {@code /v1/embeddings} and {@code /v1/models}.
 */
@NullMarked
package io.ferry.rest.openai;

import org.jspecify.annotations.NullMarked;
