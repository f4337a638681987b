package io.ferry.rest;

import io.ferry.inference.AnswerSize;

/** What an answer with a vector for each token takes. */
public final class TokenVectorSize {

  private TokenVectorSize() {}

  /**
   * As lists of numbers in JSON, besides what the model gave.
   *
   * @param dimensions of a vector
   */
  public static AnswerSize inJson(int dimensions) {
    return new AnswerSize((long) dimensions * (Float.BYTES + Json.NUMBER_BYTES), false);
  }
}
