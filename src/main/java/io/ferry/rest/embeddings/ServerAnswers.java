package io.ferry.rest.embeddings;

import io.ferry.health.ServerHealth;
import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelSpec;
import io.ferry.model.ServedModel;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.pipeline.ModelLookup;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.ErrorReply;
import io.ferry.rest.ErrorReply.ErrorType;
import io.ferry.rest.InferenceEndpoint;
import io.ferry.rest.Json;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.util.Optional;

/** Answers what tells of a model and of the server. */
@Singleton
class ServerAnswers {

  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private final InferenceEndpoint endpoint;
  private final InferencePipeline pipeline;
  private final ModelRepository repository;
  private final ServerHealth health;
  private final TextEmbeddingsProtocol protocol;
  private final ServerFacts server;
  private final MetricsPage metrics;

  ServerAnswers(
      InferenceEndpoint endpoint,
      InferencePipeline pipeline,
      ModelRepository repository,
      ServerHealth health,
      TextEmbeddingsProtocol protocol,
      ServerFacts server,
      MetricsPage metrics) {
    this.endpoint = endpoint;
    this.pipeline = pipeline;
    this.repository = repository;
    this.health = health;
    this.protocol = protocol;
    this.server = server;
    this.metrics = metrics;
  }

  Response info(UriInfo address) {
    return endpoint.answer(protocol, () -> ifServed(ChosenModel.of(address), this::info));
  }

  private Response info(ModelSpec model) throws UnfitException {
    Optional<ServedModel> served = repository.model(model.name());
    if (served.isEmpty()) {
      // It was unloaded a moment ago.
      return unknown(model.name());
    }
    ModelInfo info = new ModelInfo(model, served.get().current(), server);
    return Response.ok(Json.bytes(info.page())).build();
  }

  private Response unknown(String name) {
    return ErrorReply.of(new Outcome.UnknownModel(name, repository.names())).response(protocol);
  }

  /** Of a model whether it serves; of no model whether the server is ready. */
  Response health(UriInfo address) {
    return endpoint.answer(
        protocol,
        () -> {
          ModelChoice model = ChosenModel.of(address);
          if (model.name().isPresent()) {
            return ifServed(model, itServes -> Response.ok().build());
          }
          return health.ready()
              ? Response.ok().build()
              : new ErrorReply(
                      503, ErrorType.Unhealthy, "the server is not ready", Optional.of(RETRY_SOON))
                  .response(protocol);
        });
  }

  Response metrics(UriInfo address) {
    return endpoint.answer(
        protocol,
        () -> {
          Optional<String> name = ChosenModel.of(address).name();
          return name.isPresent() && repository.model(name.get()).isEmpty()
              ? unknown(name.get())
              : Response.ok(metrics.text().get()).type(MetricsPage.CONTENT_TYPE).build();
        });
  }

  @FunctionalInterface
  private interface Page {
    Response of(ModelSpec model) throws UnfitException;
  }

  private Response ifServed(ModelChoice choice, Page page) throws UnfitException {
    return switch (pipeline.describe(choice)) {
      case ModelLookup.Found(ModelSpec model, var deployment) -> page.of(model);
      case ModelLookup.Missing(Refused refused) ->
          ErrorReply.of(refused.outcome()).response(protocol);
    };
  }
}
