package io.ferry.pipeline;

import io.ferry.batching.BatchPolicy;
import io.ferry.inference.InferenceRequest;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.RequestLimits;
import io.ferry.pipeline.InferenceReply.Refused;
import java.util.Optional;

/** What can be said against a request before any work is done for it. */
final class RequestCheck {

  private RequestCheck() {}

  static Optional<Refused> check(InferenceRequest request, RequestLimits limits) {
    int rows = request.inputs().size();
    if (rows == 0) {
      return whole(Flaw.EMPTY, "the input is an empty list; send at least one row");
    }
    if (rows > limits.maxRows()) {
      return whole(
          Flaw.VALIDATION,
          "the input has %d rows, at most %d are allowed in one request"
              .formatted(rows, limits.maxRows()));
    }
    if (request.priority() < 0 || request.priority() > BatchPolicy.MAX_PRIORITY) {
      return whole(
          Flaw.VALIDATION,
          "priority is %d, allowed is 0 to %d (higher is sooner)"
              .formatted(request.priority(), BatchPolicy.MAX_PRIORITY));
    }
    if (request.timeout().filter(asked -> !asked.isPositive()).isPresent()) {
      return whole(Flaw.VALIDATION, "the timeout must be at least 1 ms");
    }
    for (int row = 0; row < rows; row++) {
      for (String text : request.inputs().get(row).texts()) {
        Optional<Outcome.Invalid> flaw = check(text, limits);
        if (flaw.isPresent()) {
          return Optional.of(Refused.of(flaw.get(), row));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Outcome.Invalid> check(String text, RequestLimits limits) {
    if (text.isEmpty()) {
      return Optional.of(new Outcome.Invalid(Flaw.EMPTY, "the text is empty"));
    }
    if (text.length() > limits.maxText()) {
      return Optional.of(
          new Outcome.Invalid(
              Flaw.VALIDATION,
              "the text has %d characters, at most %d are allowed"
                  .formatted(text.length(), limits.maxText())));
    }
    if (!wellFormed(text)) {
      return Optional.of(
          new Outcome.Invalid(
              Flaw.VALIDATION, "the text is not well-formed Unicode: half a surrogate pair"));
    }
    return Optional.empty();
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

  private static Optional<Refused> whole(Flaw flaw, String message) {
    return Optional.of(Refused.whole(new Outcome.Invalid(flaw, message)));
  }
}
