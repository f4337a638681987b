package io.ferry.pipeline;

import io.ferry.batching.Ticker;
import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.ClosedEncoderException;
import io.ferry.model.Deployment;
import io.ferry.model.EncodingException;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelRepository;
import io.ferry.model.ModelState;
import io.ferry.model.RequestLimits;
import io.ferry.model.Tokenization;
import io.ferry.model.Tokenization.Decoded;
import io.ferry.model.Tokenization.Token;
import io.ferry.model.Tokenization.Tokenized;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Texts to tokens and back, for callers who ask for no answer of the model. It costs no device
 * time, but takes its turn with the texts that are encoded for it.
 */
public final class TokenPipeline {

  /** A token in memory, and twice its fields as they are written, while an answer is made. */
  private static final int TOKEN_BYTES = 200;

  private static final int TEXT_BYTES = 48;

  /** A character in memory, and twice as it is written: 1 to 6 bytes each time. */
  private static final int CHARACTER_BYTES = 8;

  private final ModelRepository repository;
  private final EncodingTurns encodingTurns;
  private final Ticker ticker;

  /**
   * A pipeline over these models.
   *
   * @param encodingTurns shared with the one that infers
   */
  public TokenPipeline(ModelRepository repository, EncodingTurns encodingTurns, Ticker ticker) {
    this.repository = repository;
    this.encodingTurns = encodingTurns;
    this.ticker = ticker;
  }

  /** What becomes of a request. */
  public sealed interface Reply<T> {

    /** One value for each row. */
    record Done<T>(List<T> rows) implements Reply<T> {}

    /**
     * It was refused as a whole.
     *
     * @param row the row at fault, from 0, where it is one row's
     */
    record Refused<T>(Outcome outcome, OptionalInt row) implements Reply<T> {}
  }

  /**
   * The tokens of texts.
   *
   * @param specialTokens whether special tokens are put around each
   * @param prompt the name of a prompt that is put before each; empty for the model's default
   */
  public Reply<List<Token>> tokenize(
      TokenTerms terms, List<String> texts, boolean specialTokens, Optional<String> prompt) {
    return each(
        terms,
        texts,
        (tokenization, limits, text) -> {
          Optional<Outcome.Invalid> flaw = RequestCheck.text(text, limits);
          if (flaw.isPresent()) {
            return new Row.Flawed<>(flaw.get());
          }
          return switch (tokenization.tokenize(text, specialTokens, prompt)) {
            case Tokenized.Tokens(List<Token> tokens) -> new Row.Good<>(tokens, bytes(tokens));
            case Tokenized.Refused(Outcome.Invalid why) -> new Row.Flawed<>(why);
          };
        });
  }

  /**
   * The texts of tokens.
   *
   * @param skipSpecialTokens whether special tokens are left out
   */
  public Reply<String> decode(TokenTerms terms, List<long[]> ids, boolean skipSpecialTokens) {
    return each(
        terms,
        ids,
        (tokenization, limits, row) -> {
          Optional<Outcome.Invalid> flaw = RequestCheck.tokens(row, limits);
          if (flaw.isPresent()) {
            return new Row.Flawed<>(flaw.get());
          }
          return switch (tokenization.decode(row, skipSpecialTokens)) {
            case Decoded.Text(String text) -> new Row.Good<>(text, bytes(text));
            case Decoded.Refused(Outcome.Invalid why) -> new Row.Flawed<>(why);
          };
        });
  }

  private static long bytes(List<Token> tokens) {
    long bytes = 0;
    for (Token token : tokens) {
      bytes += TOKEN_BYTES + bytes(token.text());
    }
    return bytes;
  }

  private static long bytes(String text) {
    return TEXT_BYTES + (long) CHARACTER_BYTES * text.length();
  }

  private sealed interface Row<T> {
    /**
     * What becomes of it.
     *
     * @param bytes that it takes in the answer
     */
    record Good<T>(T value, long bytes) implements Row<T> {}

    record Flawed<T>(Outcome.Invalid why) implements Row<T> {}
  }

  @FunctionalInterface
  private interface Step<S, T> {
    Row<T> of(Tokenization tokenization, RequestLimits limits, S row) throws EncodingException;
  }

  /** A request that comes to a version too late goes to the next one, and nobody notices. */
  private <S, T> Reply<T> each(TokenTerms terms, List<S> rows, Step<S, T> step) {
    long start = ticker.nanos();
    ModelChoice model = terms.model();
    while (true) {
      Optional<Deployment> found = ModelFinding.deployment(repository, model);
      Reply<T> reply =
          found
              .map(deployment -> each(terms, start, deployment, rows, step))
              .orElseGet(() -> whole(ModelFinding.notFound(repository, model)));
      boolean cameTooLate =
          reply instanceof Reply.Refused<T> refused && ModelFinding.cameTooLate(refused.outcome());
      if (!cameTooLate || ModelFinding.deployment(repository, model).equals(found)) {
        return reply;
      }
    }
  }

  private <S, T> Reply<T> each(
      TokenTerms terms, long start, Deployment deployment, List<S> rows, Step<S, T> step) {
    Optional<Outcome> otherVersion = ModelFinding.otherVersion(terms.model(), deployment);
    if (otherVersion.isPresent()) {
      return whole(otherVersion.get());
    }
    // Read once: the device's thread may change it at any moment.
    ModelState state = deployment.state();
    if (!(state instanceof ModelState.Ready(LoadedModel ready))) {
      return whole(ModelFinding.notReady(state));
    }
    Optional<Tokenization> tokenization = ready.encoder().tokenization();
    if (tokenization.isEmpty()) {
      return invalid("model \"%s\" has no tokenizer".formatted(deployment.name()));
    }
    Optional<Outcome.Invalid> flaw =
        RequestCheck.rows(rows.size(), deployment.limits())
            .or(() -> RequestCheck.timeout(terms.timeout()));
    if (flaw.isPresent()) {
      return whole(flaw.get());
    }
    // Of all rows together, and of every version that is tried.
    long deadline = start + deployment.limits().timeout(terms.timeout()).toNanos();
    long bytes = 0;
    List<T> done = new ArrayList<>(rows.size());
    for (S row : rows) {
      if (terms.cancellation().cancelled()) {
        return whole(new Outcome.Cancelled());
      }
      if (!encodingTurns.await(Duration.ofNanos(deadline - ticker.nanos()))) {
        return whole(new Outcome.Expired());
      }
      try {
        switch (step.of(tokenization.get(), deployment.limits(), row)) {
          case Row.Good<T>(T value, long its) -> {
            bytes += its;
            Optional<Outcome> noRoom = terms.room().take(bytes);
            if (noRoom.isPresent()) {
              return whole(noRoom.get());
            }
            done.add(value);
          }
          case Row.Flawed<T>(Outcome.Invalid why) -> {
            return new Reply.Refused<>(why, OptionalInt.of(done.size()));
          }
        }
      } catch (ClosedEncoderException closed) {
        return whole(ModelFinding.gone());
      } catch (EncodingException failed) {
        return new Reply.Refused<>(
            new Outcome.Invalid(Flaw.TOKENIZER, "the text cannot be tokenized"),
            OptionalInt.of(done.size()));
      } finally {
        encodingTurns.done();
      }
    }
    return new Reply.Done<>(List.copyOf(done));
  }

  private static <T> Reply<T> invalid(String message) {
    return whole(new Outcome.Invalid(Flaw.VALIDATION, message));
  }

  private static <T> Reply<T> whole(Outcome outcome) {
    return new Reply.Refused<>(outcome, OptionalInt.empty());
  }
}
