package io.ferry.rest.embeddings;

import io.ferry.inference.Outcome;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelSpec;
import io.ferry.model.ServedModel;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.pipeline.ModelFinding;
import io.ferry.pipeline.ModelLookup;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.ErrorReply;
import io.ferry.rest.InferenceEndpoint;
import io.ferry.rest.Json;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;

/** Answers what tells of a model and of the server. */
@Singleton
class ServerAnswers {

  private final InferenceEndpoint endpoint;
  private final ModelRepository repository;
  private final TextEmbeddingsProtocol protocol;
  private final ServerFacts server;
  private final MetricsPage metrics;

  ServerAnswers(
      InferenceEndpoint endpoint,
      ModelRepository repository,
      TextEmbeddingsProtocol protocol,
      ServerFacts server,
      MetricsPage metrics) {
    this.endpoint = endpoint;
    this.repository = repository;
    this.protocol = protocol;
    this.server = server;
    this.metrics = metrics;
  }

  Response info(UriInfo address) {
    return ifServed(address, this::info);
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

  Response health(UriInfo address) {
    return ifServed(address, model -> Response.ok().build());
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

  private Response ifServed(UriInfo address, Page page) {
    return endpoint.answer(protocol, () -> ifServedOrThrow(address, page));
  }

  private Response ifServedOrThrow(UriInfo address, Page page)
      throws MalformedException, UnfitException {
    return switch (ModelFinding.now(repository, ChosenModel.of(address))) {
      case ModelLookup.Found(ModelSpec model) -> page.of(model);
      case ModelLookup.Missing(Refused refused) ->
          ErrorReply.of(refused.outcome()).response(protocol);
    };
  }
}
