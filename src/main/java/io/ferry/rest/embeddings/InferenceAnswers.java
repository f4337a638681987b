package io.ferry.rest.embeddings;

import io.ferry.inference.Outcome.Flaw;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.InferenceEndpoint;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Answers what runs a model. */
@Singleton
class InferenceAnswers {

  private final InferenceEndpoint endpoint;
  private final TextEmbeddingsProtocol protocol;
  private final ServerFacts server;

  InferenceAnswers(
      InferenceEndpoint endpoint, TextEmbeddingsProtocol protocol, ServerFacts server) {
    this.endpoint = endpoint;
    this.protocol = protocol;
    this.server = server;
  }

  /** Reads the body of one path. */
  @FunctionalInterface
  interface Parsing {
    TextCall parse(byte[] body) throws MalformedException, UnfitException;
  }

  Response serve(
      @Nullable InputStream body,
      HttpHeaders headers,
      UriInfo address,
      RoutingContext exchange,
      Parsing parsing) {
    return endpoint.serve(
        protocol,
        body,
        headers,
        exchange,
        bytes ->
            new TextInference(ChosenModel.of(address), parsing.parse(bytes), server.computeType()));
  }

  Response notServed(String call) {
    return endpoint.answer(
        protocol,
        () -> {
          throw new UnfitException(
              Flaw.UNSUPPORTED,
              switch (call) {
                case "embed_sparse" -> "Ferry has no sparse embeddings; /embed makes dense ones";
                case "embeddings" -> "OpenAI's form of embeddings is at /v1/embeddings";
                default ->
                    "Ferry has no /%s; send to /embed, /predict or /rerank, as the model is"
                        .formatted(call);
              });
        });
  }
}
