package io.ferry.model;

import io.ferry.inference.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * Port: a model's tokenizer for callers who want tokens, not answers. Any thread may call it,
 * several at once; it is native code that holds its thread.
 */
public interface Tokenization {

  /**
   * A token.
   *
   * @param id of the model's vocabulary
   * @param text of a special token its name, else the part of the text that it stands for
   * @param special whether the tokenizer put it there
   * @param start where the part begins in the text, its prompt included, in bytes of UTF-8; 0 for a
   *     special token
   * @param end where it ends, exclusive; 0 for a special token
   */
  record Token(long id, String text, boolean special, int start, int end) {}

  /** What becomes of a text. */
  sealed interface Tokenized {
    /** Its tokens. */
    record Tokens(List<Token> tokens) implements Tokenized {}

    /** It is not taken; the caller is told why. */
    record Refused(Outcome.Invalid why) implements Tokenized {}
  }

  /** What becomes of tokens. */
  sealed interface Decoded {
    /** Their text. */
    record Text(String text) implements Decoded {}

    /** They are not taken; the caller is told why. */
    record Refused(Outcome.Invalid why) implements Decoded {}
  }

  /**
   * The tokens of a text, however many there are.
   *
   * @param text well-formed Unicode
   * @param specialTokens whether special tokens are put around it, as for the model
   * @param prompt the name of a prompt that is put before it; empty for the model's default
   * @throws EncodingException if the tokenizer fails
   */
  Tokenized tokenize(String text, boolean specialTokens, Optional<String> prompt)
      throws EncodingException;

  /**
   * The text of tokens.
   *
   * @param ids unchecked
   * @param skipSpecialTokens whether special tokens are left out
   * @throws EncodingException if the tokenizer fails
   */
  Decoded decode(long[] ids, boolean skipSpecialTokens) throws EncodingException;
}
