package io.ferry.engine;

import io.ferry.model.EncodingException;
import io.ferry.model.ModelLoadException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Port: turns texts into token ids. Neither pads nor truncates. Any thread may call it, several at
 * once.
 */
public interface Tokenizer extends AutoCloseable {

  /** Opens tokenizers. */
  @FunctionalInterface
  interface Factory {
    /**
     * Opens a file in the format of the Hugging Face tokenizers library.
     *
     * @throws ModelLoadException if it cannot be read
     */
    Tokenizer open(Path file) throws ModelLoadException;
  }

  /**
   * The tokens of a text or a pair, special tokens included; four arrays of one length.
   *
   * @param ids of the vocabulary
   * @param types which text of a pair a token belongs to, as the model is told
   * @param parts 0 for the first text, 1 for the second, below 0 for a special token
   */
  record Tokens(long[] ids, long[] types, long[] parts) {}

  /**
   * Tokenizes.
   *
   * @param first well-formed Unicode
   * @param second of a pair
   * @throws EncodingException if it fails, or is closed
   */
  Tokens tokenize(String first, Optional<String> second) throws EncodingException;

  /**
   * A token and where it comes from.
   *
   * @param id of the vocabulary
   * @param name as the vocabulary has it
   * @param special whether the tokenizer put it there
   * @param start its part of the text, in Unicode code points
   * @param end exclusive
   */
  record Piece(long id, String name, boolean special, int start, int end) {}

  /**
   * The tokens of a text with the parts that they stand for.
   *
   * @param text well-formed Unicode
   * @param specialTokens whether special tokens are put around it
   * @throws EncodingException if it fails, or is closed
   */
  List<Piece> pieces(String text, boolean specialTokens) throws EncodingException;

  /**
   * The text of tokens.
   *
   * @param ids from 0, below 2^31
   * @param skipSpecialTokens whether special tokens are left out
   * @throws EncodingException if it fails, or is closed
   */
  String decode(long[] ids, boolean skipSpecialTokens) throws EncodingException;

  /** Frees it, once nobody is inside. */
  @Override
  void close();
}
