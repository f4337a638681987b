package io.ferry.rest.embeddings;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The paths of text-embeddings-inference, wherever they stand: at the root, or behind a model's
 * name.
 */
@RunOnVirtualThread
public abstract class TextEmbeddingsPaths {

  private final InferenceAnswers inference;
  private final TokenAnswers tokens;
  private final ServerAnswers server;

  /**
   * Paths that are answered by these.
   *
   * @param inference what runs a model
   * @param tokens what asks its tokenizer alone
   * @param server what tells of it and of the server
   */
  protected TextEmbeddingsPaths(
      InferenceAnswers inference, TokenAnswers tokens, ServerAnswers server) {
    this.inference = inference;
    this.tokens = tokens;
    this.server = server;
  }

  /** What the path of the model's task does. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  // Described in META-INF/openapi.yaml, as is all that follows.
  @Operation(hidden = true)
  public Response root(
      @Nullable InputStream body,
      @Context HttpHeaders headers,
      @Context UriInfo address,
      @Context RoutingContext exchange) {
    return inference.serve(body, headers, address, exchange, RootCall::new);
  }

  /** A vector of each text. */
  @POST
  @Path("/embed")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(hidden = true)
  public Response embed(
      @Nullable InputStream body,
      @Context HttpHeaders headers,
      @Context UriInfo address,
      @Context RoutingContext exchange) {
    return inference.serve(body, headers, address, exchange, EmbedCall::parse);
  }

  /** A vector of each token. */
  @POST
  @Path("/embed_all")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(hidden = true)
  public Response embedAll(
      @Nullable InputStream body,
      @Context HttpHeaders headers,
      @Context UriInfo address,
      @Context RoutingContext exchange) {
    return inference.serve(body, headers, address, exchange, EmbedAllCall::parse);
  }

  /** The labels of texts. */
  @POST
  @Path("/predict")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(hidden = true)
  public Response predict(
      @Nullable InputStream body,
      @Context HttpHeaders headers,
      @Context UriInfo address,
      @Context RoutingContext exchange) {
    return inference.serve(body, headers, address, exchange, PredictCall::parse);
  }

  /** Which texts answer a query best. */
  @POST
  @Path("/rerank")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(hidden = true)
  public Response rerank(
      @Nullable InputStream body,
      @Context HttpHeaders headers,
      @Context UriInfo address,
      @Context RoutingContext exchange) {
    return inference.serve(body, headers, address, exchange, RerankCall::parse);
  }

  /** How alike sentences are. */
  @POST
  @Path("/similarity")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(hidden = true)
  public Response similarity(
      @Nullable InputStream body,
      @Context HttpHeaders headers,
      @Context UriInfo address,
      @Context RoutingContext exchange) {
    return inference.serve(body, headers, address, exchange, SimilarityCall::parse);
  }

  /** The tokens of texts. */
  @POST
  @Path("/tokenize")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(hidden = true)
  public Response tokenize(
      @Nullable InputStream body,
      @Context HttpHeaders headers,
      @Context UriInfo address,
      @Context RoutingContext exchange) {
    return tokens.tokenize(body, headers, address, exchange);
  }

  /** The texts of tokens. */
  @POST
  @Path("/decode")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(hidden = true)
  public Response decode(
      @Nullable InputStream body,
      @Context HttpHeaders headers,
      @Context UriInfo address,
      @Context RoutingContext exchange) {
    return tokens.decode(body, headers, address, exchange);
  }

  /** What text-embeddings-inference has and Ferry has not. */
  @POST
  @Path("/{call: embed_sparse|embeddings|vertex|invocations}")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(hidden = true)
  public Response others(@PathParam("call") String call) {
    return inference.notServed(call);
  }

  /** What the model is, and its limits. */
  @GET
  @Path("/info")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(hidden = true)
  public Response info(@Context UriInfo address) {
    return server.info(address);
  }

  /** Whether the model serves: 200 and nothing, or 503. */
  @GET
  @Path("/health")
  @Operation(hidden = true)
  public Response health(@Context UriInfo address) {
    return server.health(address);
  }

  /** What Prometheus reads: the page of the management port, for all models. */
  @GET
  @Path("/metrics")
  @Operation(hidden = true)
  public Response metrics(@Context UriInfo address) {
    return server.metrics(address);
  }
}
