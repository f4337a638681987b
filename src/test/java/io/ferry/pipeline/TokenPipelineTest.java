package io.ferry.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.FakeTime;
import io.ferry.inference.AnswerBudget;
import io.ferry.inference.Cancellation;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.ClosedEncoderException;
import io.ferry.model.Deployment;
import io.ferry.model.Encoder;
import io.ferry.model.EncodingException;
import io.ferry.model.FakeModel;
import io.ferry.model.ModelRepository;
import io.ferry.model.RequestLimits;
import io.ferry.model.ServedModel;
import io.ferry.model.Tokenization;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TokenPipelineTest {

  private static final Duration LIMIT = Duration.ofSeconds(1);

  private final FakeTime time = new FakeTime();
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final ModelRepository repository = new ModelRepository(Optional.empty());
  private final EncodingTurns turns = new EncodingTurns(1);
  private final TokenPipeline pipeline = new TokenPipeline(repository, turns, time);
  private final Cancellation cancellation = new Cancellation();
  private final AnswerBudget answers = new AnswerBudget(10_000_000);
  private final AnswerBudget.Room room = answers.room();

  /** A token a character; fails on a bang. */
  private static final class Characters implements Tokenization {
    @Override
    public Tokenized tokenize(String text, boolean specialTokens, Optional<String> prompt)
        throws EncodingException {
      if (text.equals("!")) {
        throw new EncodingException("as the test says");
      }
      return new Tokenized.Tokens(
          text.codePoints()
              .mapToObj(it -> new Token(it, Character.toString(it), false, 0, 1))
              .toList());
    }

    @Override
    public Decoded decode(long[] ids, boolean skipSpecialTokens) {
      return ids.length == 0
          ? new Decoded.Refused(new Outcome.Invalid(Flaw.EMPTY, "nothing"))
          : new Decoded.Text(Character.toString((int) ids[0]));
    }
  }

  private record WithTokens(Optional<Tokenization> tokenization) implements Encoder {
    @Override
    public Encoded encode(Input input, EncodingOptions options) {
      throw new AssertionError("nothing is encoded for the model");
    }
  }

  private Deployment serve(String name, Optional<Tokenization> tokenization) {
    return serve(name, tokenization, 2);
  }

  private Deployment serve(String name, Optional<Tokenization> tokenization, int maxRows) {
    Deployment deployment = deployment(name, tokenization, maxRows);
    repository.add(new ServedModel(deployment));
    return deployment;
  }

  private Deployment deployment(String name, Optional<Tokenization> tokenization) {
    return deployment(name, tokenization, 2);
  }

  private Deployment deployment(String name, Optional<Tokenization> tokenization, int maxRows) {
    Deployment deployment =
        new Deployment(
            name,
            "1",
            new BatchPolicy(4, 400, Duration.ZERO, 8),
            new RequestLimits(maxRows, 10, LIMIT),
            scheduler);
    deployment.ready(
        FakeModel.answering().loaded(new WithTokens(tokenization)), Duration.ofMillis(1));
    return deployment;
  }

  private TokenPipeline.Reply.Refused<?> refused(ModelChoice model, String... texts) {
    return assertInstanceOf(
        TokenPipeline.Reply.Refused.class,
        pipeline.tokenize(terms(model), List.of(texts), true, Optional.empty()));
  }

  private TokenTerms terms(ModelChoice model) {
    return new TokenTerms(model, Optional.empty(), cancellation, room);
  }

  private TokenTerms within(Duration timeout) {
    return new TokenTerms(ModelChoice.DEFAULT, Optional.of(timeout), cancellation, room);
  }

  @Test
  void everyTextGetsItsTokensInOrder() {
    serve("a", Optional.of(new Characters()));

    TokenPipeline.Reply.Done<?> done =
        assertInstanceOf(
            TokenPipeline.Reply.Done.class,
            pipeline.tokenize(
                terms(ModelChoice.DEFAULT), List.of("xy", "z"), true, Optional.empty()));

    assertEquals(2, done.rows().size());
    assertEquals(2, assertInstanceOf(List.class, done.rows().getFirst()).size());
    assertEquals(
        new TokenPipeline.Reply.Done<>(List.of("x", "y")),
        pipeline.decode(
            terms(ModelChoice.DEFAULT), List.of(new long[] {'x'}, new long[] {'y'}), true));
  }

  @Test
  void whatIsWrongIsSaidWithItsRow() {
    serve("a", Optional.of(new Characters()));

    assertEquals(OptionalInt.of(1), refused(ModelChoice.DEFAULT, "x", "").row());
    assertEquals(OptionalInt.of(0), refused(ModelChoice.DEFAULT, "x".repeat(11)).row());
    assertEquals(
        Flaw.TOKENIZER,
        assertInstanceOf(Outcome.Invalid.class, refused(ModelChoice.DEFAULT, "!").outcome())
            .flaw());
    assertEquals(OptionalInt.empty(), refused(ModelChoice.DEFAULT, "x", "y", "z").row());
    assertEquals(OptionalInt.empty(), refused(ModelChoice.DEFAULT).row());
    assertInstanceOf(
        TokenPipeline.Reply.Refused.class,
        pipeline.decode(terms(ModelChoice.DEFAULT), List.of(new long[0]), true));
    assertInstanceOf(
        TokenPipeline.Reply.Refused.class,
        pipeline.decode(terms(ModelChoice.DEFAULT), List.of(new long[11]), true));
  }

  @Test
  void aModelThatCannotIsSaidSo() {
    Deployment deployment = serve("a", Optional.empty());

    assertInstanceOf(Outcome.Invalid.class, refused(ModelChoice.DEFAULT, "x").outcome());
    assertEquals(
        new Outcome.UnknownModel("b", List.of("a")),
        refused(ModelChoice.of(Optional.of("b")), "x").outcome());
    assertEquals(
        new Outcome.UnknownVersion("a", "2", "1"),
        refused(new ModelChoice(Optional.of("a"), Optional.of("2")), "x").outcome());
    deployment.drain();
    assertInstanceOf(Outcome.Rejected.class, refused(ModelChoice.DEFAULT, "x").outcome());
  }

  // ---- a version that is replaced

  /** Lets something happen when it is asked, and is closed then. */
  private record Closed(Runnable meanwhile) implements Tokenization {
    @Override
    public Tokenized tokenize(String text, boolean specialTokens, Optional<String> prompt)
        throws EncodingException {
      meanwhile.run();
      throw new ClosedEncoderException();
    }

    @Override
    public Decoded decode(long[] ids, boolean skipSpecialTokens) throws EncodingException {
      meanwhile.run();
      throw new ClosedEncoderException();
    }
  }

  /** Another version comes while it is asked, which takes a while, and it leaves memory. */
  private void serveOneThatIsReplaced(Duration asking) {
    Deployment[] old = new Deployment[1];
    old[0] =
        serve(
            "a",
            Optional.of(
                new Closed(
                    () -> {
                      ServedModel model = repository.model("a").orElseThrow();
                      model.serve(deployment("a", Optional.of(new Characters())));
                      time.pass(asking);
                      old[0].drain();
                    })));
  }

  @Test
  void aRequestWhoseVersionLeavesMemoryGoesToTheNext() {
    serveOneThatIsReplaced(Duration.ZERO);

    assertInstanceOf(
        TokenPipeline.Reply.Done.class,
        pipeline.tokenize(terms(ModelChoice.DEFAULT), List.of("x"), true, Optional.empty()));
  }

  @Test
  void aRequestWhoseModelIsUnloadedMeanwhileIsUnknown() {
    Deployment[] old = new Deployment[1];
    old[0] =
        serve(
            "a",
            Optional.of(
                new Closed(
                    () -> {
                      repository.remove("a");
                      old[0].drain();
                    })));

    assertEquals(
        new Outcome.UnknownModel("a", List.of()),
        refused(ModelChoice.of(Optional.of("a")), "x").outcome());
  }

  @Test
  void aRequestOfAServerThatShutsDownIsNotToBlame() {
    Deployment[] old = new Deployment[1];
    old[0] = serve("a", Optional.of(new Closed(() -> old[0].drain())));

    assertEquals(
        Outcome.Rejection.DRAINING,
        assertInstanceOf(Outcome.Rejected.class, refused(ModelChoice.DEFAULT, "x").outcome())
            .reason());
  }

  // ---- the size of an answer

  private static final class ManyTokens implements Tokenization {

    private static final List<Token> TOKENS =
        Collections.nCopies(30_000, new Token(1, "token", false, 0, 5));

    private int asked;

    @Override
    public Tokenized tokenize(String text, boolean specialTokens, Optional<String> prompt) {
      asked++;
      return new Tokenized.Tokens(TOKENS);
    }

    @Override
    public Decoded decode(long[] ids, boolean skipSpecialTokens) {
      asked++;
      return new Decoded.Text("x".repeat(700_000));
    }
  }

  private static void assertTooLarge(Outcome outcome) {
    assertEquals(
        new Outcome.Invalid(
            Flaw.VALIDATION,
            outcome instanceof Outcome.Invalid invalid
                    && invalid.message().startsWith("the answer would take ")
                    && invalid
                        .message()
                        .endsWith(
                            " MB of memory or more, there are 10 MB; send fewer or shorter texts at once")
                ? invalid.message()
                : "the answer is too large"),
        outcome);
  }

  @Test
  void noMoreTokensAreMadeThanAnAnswerMayHave() {
    ManyTokens many = new ManyTokens();
    serve("a", Optional.of(many), 8);

    assertTooLarge(tokenized(terms(ModelChoice.DEFAULT), "1", "2", "3", "4", "5"));
    assertEquals(2, many.asked);
    assertInstanceOf(
        TokenPipeline.Reply.Done.class,
        pipeline.tokenize(terms(ModelChoice.DEFAULT), List.of("1"), true, Optional.empty()));
  }

  @Test
  void noMoreTextIsMadeThanAnAnswerMayHave() {
    ManyTokens many = new ManyTokens();
    serve("a", Optional.of(many), 8);

    assertTooLarge(
        assertInstanceOf(
                TokenPipeline.Reply.Refused.class,
                pipeline.decode(
                    terms(ModelChoice.DEFAULT),
                    List.of(new long[] {1}, new long[] {2}, new long[] {3}),
                    true))
            .outcome());
    assertEquals(2, many.asked);
  }

  @Test
  void anAnswerThatDoesNotFitBesideOthersIsRefusedForNow() {
    serve("a", Optional.of(new ManyTokens()));
    assertEquals(Optional.empty(), answers.room().take(9_000_000));

    assertEquals(
        Outcome.Rejection.TOO_MANY_ANSWERS,
        assertInstanceOf(Outcome.Rejected.class, tokenized(terms(ModelChoice.DEFAULT), "x"))
            .reason());
  }

  // ---- time, and callers who leave

  /** Lets something happen while it works on a row. */
  private record Meanwhile(Runnable happens) implements Tokenization {
    @Override
    public Tokenized tokenize(String text, boolean specialTokens, Optional<String> prompt) {
      happens.run();
      return new Tokenized.Tokens(List.of());
    }

    @Override
    public Decoded decode(long[] ids, boolean skipSpecialTokens) {
      happens.run();
      return new Decoded.Text("");
    }
  }

  private void serveRowsThatTake(Duration each) {
    serve("a", Optional.of(new Meanwhile(() -> time.pass(each))));
  }

  private Outcome tokenized(TokenTerms terms, String... texts) {
    return assertInstanceOf(
            TokenPipeline.Reply.Refused.class,
            pipeline.tokenize(terms, List.of(texts), true, Optional.empty()))
        .outcome();
  }

  @Test
  void allRowsTogetherHaveTheTimeOfOneRequest() {
    serveRowsThatTake(LIMIT.plusNanos(1));

    assertEquals(new Outcome.Expired(), tokenized(terms(ModelChoice.DEFAULT), "x", "y"));
    assertEquals(LIMIT.plusNanos(1).toNanos(), time.nanos(), "the second row was not begun");
  }

  @Test
  void theCallersTimeHoldsForTextsAndForTokens() {
    serveRowsThatTake(Duration.ofMillis(20));

    assertEquals(new Outcome.Expired(), tokenized(within(Duration.ofMillis(19)), "x", "y"));
    assertEquals(
        new Outcome.Expired(),
        assertInstanceOf(
                TokenPipeline.Reply.Refused.class,
                pipeline.decode(
                    within(Duration.ofMillis(19)), List.of(new long[] {1}, new long[] {2}), true))
            .outcome());
    assertInstanceOf(
        TokenPipeline.Reply.Done.class,
        pipeline.tokenize(
            within(Duration.ofMillis(21)), List.of("x", "y"), true, Optional.empty()));
  }

  @Test
  void theServersTimeIsTheMost() {
    serveRowsThatTake(LIMIT.plusNanos(1));

    assertEquals(new Outcome.Expired(), tokenized(within(LIMIT.multipliedBy(9)), "x", "y"));
  }

  @Test
  void noTimeAtAllIsAMistake() {
    serveRowsThatTake(Duration.ZERO);

    assertEquals(
        new Outcome.Invalid(Flaw.VALIDATION, "the timeout must be at least 1 ms"),
        tokenized(within(Duration.ZERO), "x"));
  }

  @Test
  void aVersionThatComesInsteadHasTheTimeThatIsLeft() {
    serveOneThatIsReplaced(LIMIT.plusNanos(1));

    assertEquals(new Outcome.Expired(), tokenized(terms(ModelChoice.DEFAULT), "x"));
  }

  @Test
  void nothingMoreIsDoneForACallerWhoHasGone() {
    serve(
        "a",
        Optional.of(
            new Meanwhile(
                () -> {
                  time.pass(Duration.ofMillis(1));
                  cancellation.cancel();
                })));

    assertEquals(new Outcome.Cancelled(), tokenized(terms(ModelChoice.DEFAULT), "x", "y"));
    assertEquals(Duration.ofMillis(1).toNanos(), time.nanos(), "the second row was not begun");
  }

  @Test
  void everyTurnIsGivenBack() {
    serve("a", Optional.of(new Characters()));
    refused(ModelChoice.DEFAULT, "x", "");
    refused(ModelChoice.DEFAULT, "!");

    assertInstanceOf(
        TokenPipeline.Reply.Done.class,
        pipeline.tokenize(terms(ModelChoice.DEFAULT), List.of("x"), true, Optional.empty()));
  }
}
