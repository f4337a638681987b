package io.ferry.batching;

/**
 * A model's output is not what its batch needs. The message is Ferry's own, free of native text and
 * paths, so that operators can be told.
 */
public final class WrongOutputException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String reason;

  /** With a sentence for operators. */
  public WrongOutputException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** The sentence. */
  public String reason() {
    return reason;
  }
}
