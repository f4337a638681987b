package io.ferry.engine.folder;

import io.ferry.engine.Tokenizer;
import io.ferry.engine.Tokenizer.Piece;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.EncodingException;
import io.ferry.model.Tokenization;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A model's tokenizer, for callers who want tokens. */
record TextTokenization(Tokenizer tokenizer, TextModel model) implements Tokenization {

  @Override
  public Tokenized tokenize(String text, boolean specialTokens, Optional<String> prompt)
      throws EncodingException {
    return switch (model.prompts().choose(prompt)) {
      case SentencePrompts.Choice.None(String why) ->
          new Tokenized.Refused(new Outcome.Invalid(Flaw.VALIDATION, why));
      case SentencePrompts.Choice.Prefix(String prefix) -> {
        String whole = prefix + text;
        String read = model.lowerCase() ? whole.toLowerCase(Locale.ROOT) : whole;
        int[] codePoints = read.codePoints().toArray();
        int[] bytes = bytesBefore(codePoints);
        List<Token> tokens = new ArrayList<>();
        for (Piece piece : tokenizer.pieces(read, specialTokens)) {
          tokens.add(
              piece.special()
                  ? new Token(piece.id(), piece.name(), true, 0, 0)
                  : new Token(
                      piece.id(),
                      new String(codePoints, piece.start(), piece.end() - piece.start()),
                      false,
                      bytes[piece.start()],
                      bytes[piece.end()]));
        }
        yield new Tokenized.Tokens(tokens);
      }
    };
  }

  /** The bytes of UTF-8 before each code point, and before the end. */
  private static int[] bytesBefore(int[] codePoints) {
    int[] before = new int[codePoints.length + 1];
    for (int i = 0; i < codePoints.length; i++) {
      int point = codePoints[i];
      int bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      before[i + 1] = before[i] + bytes;
    }
    return before;
  }

  @Override
  public Decoded decode(long[] ids, boolean skipSpecialTokens) throws EncodingException {
    Optional<Outcome.Invalid> flaw = TokenCheck.ids(ids, model);
    return flaw.isPresent()
        ? new Decoded.Refused(flaw.get())
        : new Decoded.Text(tokenizer.decode(ids, skipSpecialTokens));
  }
}
