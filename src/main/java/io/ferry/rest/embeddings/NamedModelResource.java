package io.ferry.rest.embeddings;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Path;

/** The same paths behind the name of a model, which TEI, having one model, has not. */
@Path("/models/{model}")
@RunOnVirtualThread
public class NamedModelResource extends TextEmbeddingsPaths {

  NamedModelResource(InferenceAnswers inference, TokenAnswers tokens, ServerAnswers server) {
    super(inference, tokens, server);
  }
}
