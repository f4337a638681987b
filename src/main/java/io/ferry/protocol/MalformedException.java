package io.ferry.protocol;

/**
 * A request that cannot be understood: no JSON, an unknown field, a wrong type. Answered with 400.
 */
public final class MalformedException extends Exception {

  private static final long serialVersionUID = 1;

  private final String explanation;

  /** With a sentence for the caller. */
  public MalformedException(String explanation) {
    super(explanation);
    this.explanation = explanation;
  }

  /** What is wrong and what was expected, for the caller. */
  public String explanation() {
    return explanation;
  }
}
