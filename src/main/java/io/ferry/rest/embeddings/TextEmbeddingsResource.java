package io.ferry.rest.embeddings;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Path;

/** The paths at the root: for the default model, or the one of {@code ?model=}. */
@Path("/")
@RunOnVirtualThread
public class TextEmbeddingsResource extends TextEmbeddingsPaths {

  TextEmbeddingsResource(InferenceAnswers inference, TokenAnswers tokens, ServerAnswers server) {
    super(inference, tokens, server);
  }
}
