package io.ferry.model;

import io.ferry.inference.Encoding;

/** Port: turns a text into what the model takes. Any thread may call it, several at once. */
@FunctionalInterface
public interface Encoder extends AutoCloseable {

  /**
   * Encodes one text, special tokens included, without padding or truncation.
   *
   * @param text well-formed Unicode: no surrogate without its other half
   * @throws EncodingException if the text cannot be encoded
   */
  Encoding encode(String text) throws EncodingException;

  /** Frees what the encoder holds, once nobody is inside; encoding fails from then on. */
  @Override
  default void close() {}
}
