package io.ferry.pipeline;

import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import io.ferry.model.Deployment;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import io.ferry.model.ServedModel;
import java.time.Duration;
import java.util.Optional;

/** Which model a request means, and what it hears if there is none that serves. */
final class ModelFinding {

  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private ModelFinding() {}

  static Optional<ServedModel> model(ModelRepository repository, ModelChoice model) {
    return model.name().map(repository::model).orElseGet(repository::defaultModel);
  }

  static Optional<Deployment> deployment(ModelRepository repository, ModelChoice model) {
    return model(repository, model).map(ServedModel::current);
  }

  /** What a request hears that asks for another version than this; empty if it does not. */
  static Optional<Outcome> otherVersion(ModelChoice model, Deployment deployment) {
    return model
        .version()
        .filter(asked -> !asked.equals(deployment.version()))
        .map(asked -> new Outcome.UnknownVersion(deployment.name(), asked, deployment.version()));
  }

  static Outcome notFound(ModelRepository repository, ModelChoice model) {
    Optional<String> meant = model.name().or(repository::defaultName);
    return meant.isPresent()
        ? new Outcome.UnknownModel(meant.get(), repository.names())
        : new Outcome.ModelNotNamed(repository.names());
  }

  /**
   * Whether a request came to a version that takes nothing more. Where another serves by now, it is
   * that one's.
   */
  static boolean cameTooLate(Outcome outcome) {
    return outcome instanceof Outcome.Rejected rejected && rejected.reason() == Rejection.DRAINING;
  }

  /** What a request hears whose version left memory meanwhile. */
  static Outcome gone() {
    return new Outcome.Rejected(Rejection.DRAINING, RETRY_SOON);
  }

  static Outcome notReady(ModelState state) {
    return switch (state) {
      case ModelState.Loading(), ModelState.WarmingUp() ->
          new Outcome.Rejected(Rejection.NOT_READY, RETRY_SOON);
      case ModelState.Draining(), ModelState.Stopped() -> gone();
      case ModelState.Unavailable(String reason) ->
          new Outcome.Rejected(Rejection.UNAVAILABLE, RETRY_SOON);
      // Its queue was closed a moment ago, and the state follows.
      case ModelState.Ready ready -> gone();
    };
  }
}
