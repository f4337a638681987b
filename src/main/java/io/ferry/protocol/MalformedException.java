package io.ferry.protocol;

import java.util.Optional;

/**
 * A request that cannot be understood: no JSON, an unknown field, a wrong type. Answered with 400.
 */
public final class MalformedException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient Optional<String> field;
  private final String explanation;

  /** With a sentence for the caller. */
  public MalformedException(String explanation) {
    this(Optional.empty(), explanation);
  }

  /**
   * With a sentence about a field of the body.
   *
   * @param field its name, as the caller wrote it
   */
  public MalformedException(String field, String explanation) {
    this(Optional.of(field), explanation);
  }

  private MalformedException(Optional<String> field, String explanation) {
    super(explanation);
    this.field = field;
    this.explanation = explanation;
  }

  /** The field of the body that is wrong, where it is one. */
  public Optional<String> field() {
    return field;
  }

  /** What is wrong and what was expected, for the caller. */
  public String explanation() {
    return explanation;
  }
}
