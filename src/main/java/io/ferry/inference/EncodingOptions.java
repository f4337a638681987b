package io.ferry.inference;

import java.util.Optional;

/**
 * How a request wants its texts to be encoded.
 *
 * @param truncation what becomes of a text that is longer than the model takes
 * @param prompt the name of a prompt of the model's that is put before each text; empty for the
 *     model's default, which most models have not
 */
public record EncodingOptions(Truncation truncation, Optional<String> prompt) {

  /** Refuse what is too long, and put nothing before a text but the model's default prompt. */
  public static final EncodingOptions DEFAULT =
      new EncodingOptions(Truncation.REFUSE, Optional.empty());

  /** What becomes of a text that is longer than the model takes. */
  public enum Truncation {
    /** The request is refused. */
    REFUSE,
    /** It is cut on the side that the tokenizer's files name. */
    MODEL_SIDE,
    /** Its beginning is cut off. */
    LEFT,
    /** Its end is cut off. */
    RIGHT
  }
}
