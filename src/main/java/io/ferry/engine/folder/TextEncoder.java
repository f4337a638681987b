package io.ferry.engine.folder;

import io.ferry.engine.Tokenizer;
import io.ferry.engine.Tokenizer.Tokens;
import io.ferry.inference.Encoding;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.Classify;
import io.ferry.model.Encoder;
import io.ferry.model.EncodingException;
import io.ferry.model.Rerank;
import io.ferry.model.Tokenization;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Makes rows of tokens: prompt, tokenizer, truncation, and the checks that native code needs. */
final class TextEncoder implements Encoder {

  private final Tokenizer tokenizer;
  private final TextModel model;

  TextEncoder(Tokenizer tokenizer, TextModel model) {
    this.tokenizer = tokenizer;
    this.model = model;
  }

  @Override
  public Encoded encode(Input input, EncodingOptions options) throws EncodingException {
    return switch (input) {
      case Input.Text text when model.task() instanceof Rerank -> pairsOnly();
      case Input.TokenizedText ids when model.task() instanceof Rerank -> pairsOnly();
      case Input.Text(String text) -> withPrompt(text, options);
      case Input.TokenizedText(long[] ids) -> decoded(ids, options);
      case Input.TokenRow(long[] ids, long[] types) -> row(ids, types, options);
      case Input.Pair(String first, String second)
          when model.task() instanceof Rerank || model.task() instanceof Classify ->
          options.prompt().isPresent()
              ? refused("a pair of texts takes no prompt")
              : encode(cased(first), Optional.of(cased(second)), options);
      case Input.Pair pair -> refused("this model takes single texts, not pairs");
      case Input.Tensors tensors -> refused("this model takes texts, not numbers");
    };
  }

  private static Encoded pairsOnly() {
    return refused("this model ranks texts for a query; it takes pairs of both, not single texts");
  }

  private Encoded withPrompt(String text, EncodingOptions options) throws EncodingException {
    return switch (model.prompts().choose(options.prompt())) {
      case SentencePrompts.Choice.Prefix(String prefix) ->
          encode(cased(prefix + text), Optional.empty(), options);
      case SentencePrompts.Choice.None(String why) -> refused(why);
    };
  }

  private String cased(String text) {
    return model.lowerCase() ? text.toLowerCase(Locale.ROOT) : text;
  }

  private Encoded decoded(long[] ids, EncodingOptions options) throws EncodingException {
    Optional<Outcome.Invalid> flaw = TokenCheck.ids(ids, model);
    if (flaw.isPresent()) {
      return new Encoded.Refused(flaw.get());
    }
    // Only these are put anew: a token that stands for an unknown word is special, too, and stays.
    long[] around = tokenizer.tokenize("", Optional.empty()).ids();
    long[] own =
        Arrays.stream(ids).filter(id -> Arrays.stream(around).noneMatch(it -> it == id)).toArray();
    String text = tokenizer.decode(own, false);
    return text.isEmpty() ? empty("the tokens stand for no text") : withPrompt(text, options);
  }

  private Encoded row(long[] ids, long[] types, EncodingOptions options) {
    Optional<Outcome.Invalid> flaw =
        TokenCheck.ids(ids, model).or(() -> TokenCheck.types(types, model));
    if (flaw.isPresent()) {
      return new Encoded.Refused(flaw.get());
    }
    if (options.prompt().isPresent()) {
      return refused("a row of tokens takes no prompt");
    }
    if (ids.length <= model.maxTokens()) {
      return new Encoded.Row(new Encoding(ids, types));
    }
    if (options.truncation() == Truncation.REFUSE) {
      return tooLong(ids.length);
    }
    boolean left =
        options.truncation() == Truncation.LEFT
            || (options.truncation() == Truncation.MODEL_SIDE
                && model.truncationSide() == Truncation.LEFT);
    int from = left ? ids.length - model.maxTokens() : 0;
    int to = from + model.maxTokens();
    return new Encoded.Row(
        new Encoding(Arrays.copyOfRange(ids, from, to), Arrays.copyOfRange(types, from, to)));
  }

  private Encoded encode(String first, Optional<String> second, EncodingOptions options)
      throws EncodingException {
    Tokens tokens = tokenizer.tokenize(first, second);
    if (tokens.ids().length > model.maxTokens()) {
      switch (options.truncation()) {
        case REFUSE -> {
          return tooLong(tokens.ids().length);
        }
        case MODEL_SIDE ->
            tokens = TokenTruncation.cut(tokens, model.maxTokens(), model.truncationSide());
        case LEFT -> tokens = TokenTruncation.cut(tokens, model.maxTokens(), Truncation.LEFT);
        case RIGHT -> tokens = TokenTruncation.cut(tokens, model.maxTokens(), Truncation.RIGHT);
      }
    }
    if (tokens.ids().length == 0) {
      return empty("nothing of the text is left as tokens");
    }
    long[] types = tokens.types();
    if (model.tokenTypes().isPresent() && TokenCheck.types(types, model).isPresent()) {
      return refused(
          "the tokenizer gives it token types that the model does not have (type_vocab_size in config.json), as it does for pairs");
    }
    return new Encoded.Row(new Encoding(checked(tokens.ids()), types));
  }

  /** An id outside the vocabulary is an error on a CPU and the end of the process on a GPU. */
  private long[] checked(long[] ids) throws EncodingException {
    if (TokenCheck.ids(ids, model).isPresent()) {
      throw new EncodingException(
          "the tokenizer gives an id outside of the model's vocabulary, which has %d"
              .formatted(model.vocabularySize()));
    }
    return ids;
  }

  private Encoded tooLong(int tokens) {
    return refused(
        "the text has %d tokens, the model takes %d; send a shorter text, or have it cut where the protocol can ask for that"
            .formatted(tokens, model.maxTokens()));
  }

  private static Encoded refused(String message) {
    return new Encoded.Refused(new Outcome.Invalid(Flaw.VALIDATION, message));
  }

  private static Encoded empty(String message) {
    return new Encoded.Refused(new Outcome.Invalid(Flaw.EMPTY, message));
  }

  @Override
  public Optional<Tokenization> tokenization() {
    return Optional.of(new TextTokenization(tokenizer, model));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
