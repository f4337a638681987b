package io.ferry.engine.folder;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import java.util.Optional;

/** What native code must never see: tokens that the model does not have. */
final class TokenCheck {

  private TokenCheck() {}

  /** What is wrong with token ids; empty if the model has them all. */
  static Optional<Outcome.Invalid> ids(long[] ids, TextModel model) {
    if (ids.length == 0) {
      return Optional.of(new Outcome.Invalid(Flaw.EMPTY, "there is no token"));
    }
    return first(ids, model.vocabularySize(), "token id", "the model's vocabulary has");
  }

  /** What is wrong with token types; empty if the model has them all. */
  static Optional<Outcome.Invalid> types(long[] types, TextModel model) {
    return first(
        types, model.tokenTypes().orElse(1), "token type", "the number of types the model has is");
  }

  private static Optional<Outcome.Invalid> first(
      long[] values, int below, String what, String limit) {
    for (long value : values) {
      if (value < 0 || value >= below) {
        return Optional.of(
            new Outcome.Invalid(
                Flaw.VALIDATION,
                "%d is no %s of this model; %s %d".formatted(value, what, limit, below)));
      }
    }
    return Optional.empty();
  }
}
