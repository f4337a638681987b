package io.ferry.model;

/**
 * A text cannot be encoded. The message is for the log; callers get a sentence of the pipeline's.
 */
public sealed class EncodingException extends Exception permits ClosedEncoderException {

  /** With the tokenizer's own exception as the cause. */
  public EncodingException(String message, Throwable cause) {
    super(message, cause);
  }

  /** With a reason alone. */
  public EncodingException(String message) {
    super(message);
  }
}
