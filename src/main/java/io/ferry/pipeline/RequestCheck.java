package io.ferry.pipeline;

import io.ferry.batching.BatchPolicy;
import io.ferry.inference.InferenceRequest;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.RequestLimits;
import io.ferry.pipeline.InferenceReply.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What can be said against a request before any work is done for it. */
final class RequestCheck {

  private RequestCheck() {}

  static Optional<Refused> check(InferenceRequest request, RequestLimits limits) {
    List<Input> inputs = request.inputs();
    Optional<Outcome.Invalid> flaw = rows(inputs.size(), limits).or(() -> terms(request));
    if (flaw.isPresent()) {
      return flaw.map(Refused::whole);
    }
    for (int row = 0; row < inputs.size(); row++) {
      flaw = input(inputs.get(row), limits);
      if (flaw.isPresent()) {
        return Optional.of(Refused.of(flaw.get(), row));
      }
    }
    return Optional.empty();
  }

  static Optional<Outcome.Invalid> rows(int rows, RequestLimits limits) {
    if (rows == 0) {
      return invalid(Flaw.EMPTY, "the input is an empty list; send at least one row");
    }
    return limits.tooManyRows(rows).flatMap(message -> invalid(Flaw.VALIDATION, message));
  }

  private static Optional<Outcome.Invalid> terms(InferenceRequest request) {
    if (request.priority() < 0 || request.priority() > BatchPolicy.MAX_PRIORITY) {
      return invalid(
          Flaw.VALIDATION,
          "priority is %d, allowed is 0 to %d (higher is sooner)"
              .formatted(request.priority(), BatchPolicy.MAX_PRIORITY));
    }
    return timeout(request.timeout());
  }

  static Optional<Outcome.Invalid> timeout(Optional<Duration> timeout) {
    return timeout.filter(asked -> !asked.isPositive()).isPresent()
        ? invalid(Flaw.VALIDATION, "the timeout must be at least 1 ms")
        : Optional.empty();
  }

  private static Optional<Outcome.Invalid> input(Input input, RequestLimits limits) {
    return switch (input) {
      case Input.Text(String text) -> text(text, limits);
      case Input.Pair(String first, String second) ->
          text(first, limits).or(() -> text(second, limits));
      case Input.TokenizedText(long[] ids) -> tokens(ids, limits);
      case Input.TokenRow(long[] ids, long[] types) -> tokens(ids, limits);
      case Input.Tensors tensors -> Optional.empty();
    };
  }

  static Optional<Outcome.Invalid> text(String text, RequestLimits limits) {
    if (text.isEmpty()) {
      return invalid(Flaw.EMPTY, "the text is empty");
    }
    if (text.length() > limits.maxText()) {
      return invalid(
          Flaw.VALIDATION,
          "the text has %d characters, at most %d are allowed"
              .formatted(text.length(), limits.maxText()));
    }
    return wellFormed(text)
        ? Optional.empty()
        : invalid(Flaw.VALIDATION, "the text is not well-formed Unicode: half a surrogate pair");
  }

  /** Whether the model has these tokens is for its encoder to say. */
  static Optional<Outcome.Invalid> tokens(long[] ids, RequestLimits limits) {
    return ids.length > limits.maxText()
        ? invalid(
            Flaw.VALIDATION,
            "the text has %d tokens, at most %d are allowed"
                .formatted(ids.length, limits.maxText()))
        : Optional.empty();
  }

  /** The tokenizer is native code and takes only what UTF-8 can say. */
  private static boolean wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)) {
        i++;
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      } else if (Character.isLowSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Outcome.Invalid> invalid(Flaw flaw, String message) {
    return Optional.of(new Outcome.Invalid(flaw, message));
  }
}
