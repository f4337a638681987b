package io.ferry.protocol;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import java.util.Optional;

/**
 * A request that can be understood, but not served by the model it is for, or by Ferry. Answered
 * with 422; with 501 where the protocol has what is asked for and Ferry has not.
 */
public final class UnfitException extends Exception {

  private static final long serialVersionUID = 1;

  private final Flaw flaw;
  private final transient Optional<String> field;
  private final String explanation;

  /** With a sentence for the caller. */
  public UnfitException(String explanation) {
    this(Flaw.VALIDATION, explanation);
  }

  /** With a sentence for the caller. */
  public UnfitException(Flaw flaw, String explanation) {
    this(flaw, Optional.empty(), explanation);
  }

  /**
   * With a sentence about a field of the body.
   *
   * @param field its name
   */
  public UnfitException(Flaw flaw, String field, String explanation) {
    this(flaw, Optional.of(field), explanation);
  }

  private UnfitException(Flaw flaw, Optional<String> field, String explanation) {
    super(explanation);
    this.flaw = flaw;
    this.field = field;
    this.explanation = explanation;
  }

  /** The field of the body that is at fault, where it is one. */
  public Optional<String> field() {
    return field;
  }

  /** What is wrong and what the model takes, for the caller. */
  public Outcome.Invalid outcome() {
    return new Outcome.Invalid(flaw, explanation);
  }
}
