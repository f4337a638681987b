package io.ferry.pipeline;

import io.ferry.batching.Parker;
import io.ferry.batching.Permit;
import io.ferry.batching.Ticker;
import io.ferry.batching.Ticket;
import io.ferry.inference.InferenceRequest;
import io.ferry.inference.Input;
import io.ferry.inference.ModelChoice;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import io.ferry.model.ClosedEncoderException;
import io.ferry.model.Deployment;
import io.ferry.model.Encoder.Encoded;
import io.ferry.model.EncodingException;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import io.ferry.model.ServedModel;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.pipeline.InferenceReply.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The whole way of a request: admit, encode, enqueue, await. Runs on the request's own thread,
 * which it blocks; meant for virtual threads.
 */
public final class InferencePipeline {

  private final ModelRepository repository;
  private final EncodingTurns encodingTurns;
  private final Ticker ticker;
  private final Supplier<Parker> parkers;
  private final RequestListener listener;

  /**
   * A pipeline over these models.
   *
   * @param encodingTurns bounds how many texts are encoded at once
   * @param parkers makes a parker for the calling thread
   */
  public InferencePipeline(
      ModelRepository repository,
      EncodingTurns encodingTurns,
      Ticker ticker,
      Supplier<Parker> parkers,
      RequestListener listener) {
    this.repository = repository;
    this.encodingTurns = encodingTurns;
    this.ticker = ticker;
    this.parkers = parkers;
    this.listener = listener;
  }

  /**
   * Finds the model that a request is for, so that an adapter can read its body as that model takes
   * it. A request for one that is not there ends here, and is counted.
   *
   * @param model the model asked for
   */
  public ModelLookup lookUp(String protocol, ModelChoice model) {
    long start = ticker.nanos();
    ModelLookup lookup = describe(model);
    if (lookup instanceof ModelLookup.Missing(Refused refused)) {
      ended(protocol, find(model), refused, start);
    }
    return lookup;
  }

  /** Finds a model for somebody who asks about it, not of it: nothing is counted. */
  public ModelLookup describe(ModelChoice model) {
    while (true) {
      Optional<ServedModel> found = find(model);
      Optional<Deployment> deployment = found.map(ServedModel::current);
      Optional<Outcome> otherVersion =
          deployment.flatMap(it -> ModelFinding.otherVersion(model, it));
      // Read once: the device's thread may change it at any moment.
      Optional<ModelState> state = deployment.map(Deployment::state);
      if (otherVersion.isEmpty()
          && state.isPresent()
          && state.get() instanceof ModelState.Ready(LoadedModel ready)) {
        return new ModelLookup.Found(ready.spec(), deployment.get());
      }
      if (find(model).map(ServedModel::current).equals(deployment)) {
        return new ModelLookup.Missing(
            Refused.whole(
                otherVersion
                    .or(() -> state.map(ModelFinding::notReady))
                    .orElseGet(() -> noModel(model))));
      }
    }
  }

  /**
   * Serves a request, or says why not. Returns when every row has ended: once the texts are
   * encoded, at the deadline at the latest.
   */
  public InferenceReply infer(InferenceRequest request) {
    long start = ticker.nanos();
    Optional<ServedModel> model = find(request.model());
    InferenceReply reply =
        model
            .map(found -> infer(request, found, start))
            .filter(answer -> !(cameTooLate(answer) && find(request.model()).isEmpty()))
            .orElseGet(() -> Refused.whole(noModel(request.model())));
    ended(request.protocol(), model, reply, start);
    return reply;
  }

  private void ended(
      String protocol, Optional<ServedModel> model, InferenceReply reply, long start) {
    Outcome outcome =
        switch (reply) {
          case Answered answered -> answered.rows().getFirst();
          case Refused refused -> refused.outcome();
        };
    // A request that does not say what it wants is the adapter's to count, among its malformed
    // ones.
    if (!(outcome instanceof Outcome.ModelNotNamed)) {
      listener.requestEnded(
          protocol, model.map(ServedModel::name).orElse(""), outcome, ticker.nanos() - start);
    }
  }

  private Optional<ServedModel> find(ModelChoice model) {
    return ModelFinding.model(repository, model);
  }

  private Outcome noModel(ModelChoice model) {
    return ModelFinding.notFound(repository, model);
  }

  /**
   * A version that is replaced meanwhile takes nothing new and finishes what it has; a request that
   * comes to it too late goes to the next one, and nobody notices.
   */
  private InferenceReply infer(InferenceRequest request, ServedModel model, long start) {
    while (true) {
      Deployment deployment = model.current();
      InferenceReply reply = infer(request, deployment, start);
      if (model.current() == deployment || !cameTooLate(reply)) {
        return reply;
      }
    }
  }

  private static boolean cameTooLate(InferenceReply reply) {
    return reply instanceof Refused refused && ModelFinding.cameTooLate(refused.outcome());
  }

  private InferenceReply infer(InferenceRequest request, Deployment deployment, long start) {
    Optional<Outcome> otherVersion = ModelFinding.otherVersion(request.model(), deployment);
    if (otherVersion.isPresent()) {
      return Refused.whole(otherVersion.get());
    }
    // Read once: the device's thread may change it at any moment.
    ModelState state = deployment.state();
    if (!(state instanceof ModelState.Ready(LoadedModel model))) {
      return Refused.whole(ModelFinding.notReady(state));
    }
    Optional<Refused> flaw = RequestCheck.check(request, deployment.limits());
    if (flaw.isPresent()) {
      return flaw.get();
    }
    long deadline = start + deployment.limits().timeout(request.timeout()).toNanos();
    int rows = request.inputs().size();

    Optional<Permit> admitted = deployment.queue().tryAdmit(rows);
    if (admitted.isEmpty()) {
      return Refused.whole(notAdmitted(deployment));
    }
    long tokens = 0;
    long encodingNanos;
    Ticket ticket;
    try (Permit permit = admitted.get()) {
      List<ModelInput> encoded = new ArrayList<>(rows);
      long encodingStart = ticker.nanos();
      Optional<Refused> failure = encode(request, model, deadline, encoded);
      if (failure.isPresent()) {
        return failure.get();
      }
      encodingNanos = ticker.nanos() - encodingStart;
      listener.encoded(model.spec().name(), encodingNanos);
      Optional<Outcome> noRoom = request.room().take(request.answerSize().bytes(encoded));
      if (noRoom.isPresent()) {
        return Refused.whole(noRoom.get());
      }
      for (ModelInput row : encoded) {
        tokens += row.length();
      }
      ticket =
          deployment
              .queue()
              .enqueue(permit, encoded, deadline, (int) request.priority(), parkers.get());
    }
    request.cancellation().bind(ticket::cancel);
    return reply(model, ticket.await(), tokens, encodingNanos, start);
  }

  private Optional<Refused> encode(
      InferenceRequest request, LoadedModel model, long deadline, List<ModelInput> encoded) {
    for (Input input : request.inputs()) {
      int row = encoded.size();
      if (request.cancellation().cancelled()) {
        return Optional.of(Refused.whole(new Outcome.Cancelled()));
      }
      if (!encodingTurns.await(Duration.ofNanos(deadline - ticker.nanos()))) {
        return Optional.of(Refused.whole(new Outcome.Expired()));
      }
      try {
        switch (model.encoder().encode(input, request.encoding())) {
          case Encoded.Row(ModelInput taken) -> encoded.add(taken);
          case Encoded.Refused(Outcome.Invalid why) -> {
            return Optional.of(Refused.of(why, row));
          }
        }
      } catch (ClosedEncoderException closed) {
        return Optional.of(Refused.whole(ModelFinding.gone()));
      } catch (EncodingException failed) {
        listener.encodingFailed(model.spec().name(), failed);
        return Optional.of(
            Refused.of(
                new Outcome.Invalid(Outcome.Flaw.TOKENIZER, "the text cannot be tokenized"), row));
      } finally {
        encodingTurns.done();
      }
    }
    return Optional.empty();
  }

  private InferenceReply reply(
      LoadedModel model, List<Outcome> outcomes, long tokens, long encodingNanos, long start) {
    List<Outcome.Completed> completed = new ArrayList<>(outcomes.size());
    for (int row = 0; row < outcomes.size(); row++) {
      if (outcomes.get(row) instanceof Outcome.Completed answer) {
        completed.add(answer);
      } else {
        return outcomes.size() == 1
            ? Refused.whole(outcomes.get(row))
            : Refused.of(outcomes.get(row), row);
      }
    }
    return new Answered(
        model.spec(), List.copyOf(completed), tokens, encodingNanos, ticker.nanos() - start);
  }

  /** A queue admits nobody when it is full, or because its model stopped serving meanwhile. */
  private static Outcome notAdmitted(Deployment deployment) {
    ModelState state = deployment.state();
    return state instanceof ModelState.Ready && !deployment.queue().closed()
        ? new Outcome.Rejected(Rejection.QUEUE_FULL, deployment.queue().retryAfter())
        : ModelFinding.notReady(state);
  }
}
