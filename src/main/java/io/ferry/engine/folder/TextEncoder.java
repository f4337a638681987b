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
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

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
      case Input.Text(String text) when model.task() instanceof Rerank ->
          refused("this model ranks texts for a query; it takes pairs of both, not single texts");
      case Input.Text(String text) -> withPrompt(text, options);
      case Input.Pair(String first, String second)
          when model.task() instanceof Rerank || model.task() instanceof Classify ->
          options.prompt().isPresent()
              ? refused("a pair of texts takes no prompt")
              : encode(cased(first), Optional.of(cased(second)), options);
      case Input.Pair pair -> refused("this model takes single texts, not pairs");
      case Input.Tensors tensors -> refused("this model takes texts, not numbers");
    };
  }

  private Encoded withPrompt(String text, EncodingOptions options) throws EncodingException {
    Optional<String> prompt = model.prompts().standard();
    if (options.prompt().isPresent()) {
      prompt = Optional.ofNullable(model.prompts().byName().get(options.prompt().get()));
      if (prompt.isEmpty()) {
        return refused(
            model.prompts().byName().isEmpty()
                ? "this model has no prompts"
                : "this model has no prompt of that name; there are "
                    + String.join(", ", new TreeSet<>(model.prompts().byName().keySet())));
      }
    }
    return encode(cased(prompt.orElse("") + text), Optional.empty(), options);
  }

  private String cased(String text) {
    return model.lowerCase() ? text.toLowerCase(Locale.ROOT) : text;
  }

  private Encoded encode(String first, Optional<String> second, EncodingOptions options)
      throws EncodingException {
    Tokens tokens = tokenizer.tokenize(first, second);
    if (tokens.ids().length > model.maxTokens()) {
      switch (options.truncation()) {
        case REFUSE -> {
          return refused(
              "the text has %d tokens, the model takes %d; send a shorter text, or ask for truncation"
                  .formatted(tokens.ids().length, model.maxTokens()));
        }
        case MODEL_SIDE ->
            tokens = TokenTruncation.cut(tokens, model.maxTokens(), model.truncationSide());
        case LEFT -> tokens = TokenTruncation.cut(tokens, model.maxTokens(), Truncation.LEFT);
        case RIGHT -> tokens = TokenTruncation.cut(tokens, model.maxTokens(), Truncation.RIGHT);
      }
    }
    if (tokens.ids().length == 0) {
      return new Encoded.Refused(
          new Outcome.Invalid(Flaw.EMPTY, "nothing of the text is left as tokens"));
    }
    return new Encoded.Row(new Encoding(checked(tokens.ids()), tokens.types()));
  }

  /** An id outside the vocabulary is an error on a CPU and the end of the process on a GPU. */
  private long[] checked(long[] ids) throws EncodingException {
    for (long id : ids) {
      if (id < 0 || id >= model.vocabularySize()) {
        throw new EncodingException(
            "the tokenizer gives the id %d, the model's vocabulary has %d"
                .formatted(id, model.vocabularySize()));
      }
    }
    return ids;
  }

  private static Encoded refused(String message) {
    return new Encoded.Refused(new Outcome.Invalid(Flaw.VALIDATION, message));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
