package io.ferry.model;

/** A model cannot be loaded. The message is a reason that an operator can act on. */
public final class ModelLoadException extends Exception {

  private static final long serialVersionUID = 1;

  private final String reason;

  /** With a reason and what led to it. */
  public ModelLoadException(String reason, Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  /** With a reason alone. */
  public ModelLoadException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** The reason, for operators. */
  public String reason() {
    return reason;
  }
}
