package io.ferry.protocol;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;

/**
 * A request that can be understood, but not served by the model it is for, or by Ferry. Answered
 * with 422; with 501 where the protocol has what is asked for and Ferry has not.
 */
public final class UnfitException extends Exception {

  private static final long serialVersionUID = 1;

  private final Flaw flaw;
  private final String explanation;

  /** With a sentence for the caller. */
  public UnfitException(String explanation) {
    this(Flaw.VALIDATION, explanation);
  }

  /** With a sentence for the caller. */
  public UnfitException(Flaw flaw, String explanation) {
    super(explanation);
    this.flaw = flaw;
    this.explanation = explanation;
  }

  /** What is wrong and what the model takes, for the caller. */
  public Outcome.Invalid outcome() {
    return new Outcome.Invalid(flaw, explanation);
  }
}
