package io.ferry.model;

/** The encoder's version has left memory: no flaw of the text, another version may take it. */
public final class ClosedEncoderException extends EncodingException {

  /** Of an encoder that was closed. */
  public ClosedEncoderException() {
    super("the tokenizer is closed");
  }
}
