package io.ferry.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.Batch;
import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceLoop;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.FakeTime;
import io.ferry.batching.Flow;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.Lane;
import io.ferry.batching.PassResult;
import io.ferry.batching.Permit;
import io.ferry.batching.QueueState;
import io.ferry.inference.AnswerBudget;
import io.ferry.inference.AnswerSize;
import io.ferry.inference.Cancellation;
import io.ferry.inference.Encoding;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.InferenceRequest;
import io.ferry.inference.Input;
import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Rejection;
import io.ferry.model.ClosedEncoderException;
import io.ferry.model.Deployment;
import io.ferry.model.Encoder;
import io.ferry.model.EncodingException;
import io.ferry.model.FakeModel;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelRepository;
import io.ferry.model.RequestLimits;
import io.ferry.model.ServedModel;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.pipeline.InferenceReply.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The way of a request on one thread: the device's loop runs when the caller starts to wait, as far
 * as the test plans it. After each test nothing is left in the queue.
 */
class InferencePipelineTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final FakeTime time = new FakeTime();
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final Deployment deployment = deployment("1");
  private final ModelRepository repository = new ModelRepository(Optional.empty());
  private final EncodingTurns turns = new EncodingTurns(1);
  private final Listener listener = new Listener();
  private final Cancellation cancellation = new Cancellation();
  private final AnswerBudget answers = new AnswerBudget(12_000_000);
  private final AnswerBudget.Room room = answers.room();
  private AnswerSize answerSize = AnswerSize.SMALL;
  private final InferencePipeline pipeline =
      new InferencePipeline(repository, turns, time, time::parker, listener);

  InferencePipelineTest() {
    repository.add(new ServedModel(deployment));
  }

  private Deployment deployment(String version) {
    return new Deployment(
        "fake",
        version,
        new BatchPolicy(4, 400, Duration.ZERO, 8),
        new RequestLimits(8, 1000, TIMEOUT),
        scheduler);
  }

  private static final class Listener implements RequestListener {
    private final List<String> ended = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private int encoded;
    private int failedEncodings;

    @Override
    public void requestEnded(String protocol, String model, Outcome outcome, long nanos) {
      ended.add(protocol + " " + model + " " + Duration.ofNanos(nanos).toMillis());
      outcomes.add(outcome);
    }

    @Override
    public void requestRefused(String protocol, Refusal refusal) {
      throw new AssertionError("adapters refuse, the pipeline does not");
    }

    @Override
    public void encoded(String model, long nanos) {
      encoded++;
    }

    @Override
    public void encodingFailed(String model, Throwable cause) {
      failedEncodings++;
    }
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertEquals(new QueueState(0, Duration.ZERO, 0, 0), deployment.queue().state());
    assertTrue(turns.await(Duration.ZERO), "a turn for encoding was not given back");
  }

  private void ready(Function<Batch, PassResult> script) {
    ready(new FakeModel(script).loaded());
  }

  private void ready(LoadedModel model) {
    deployment.ready(model, Duration.ZERO);
  }

  private void readyWithEncoder(Encoder encoder) {
    FakeModel fake = FakeModel.answering();
    ready(fake.loaded(encoder));
  }

  /** Plans that the device serves at a moment what then waits, and ends. */
  private void serveAt(Duration moment, Function<Batch, PassResult> script) {
    time.at(
        moment,
        () -> {
          deployment.queue().close();
          serveNow(deployment, script);
        });
  }

  private void serveNow(Deployment which, Function<Batch, PassResult> script) {
    scheduler.add(
        new Flow(
            which.queue(),
            List.of(new FakeModel(script)),
            List.of(new Encoding(new long[] {1})),
            time,
            which),
        List.of());
    scheduler.close();
    new DeviceLoop(scheduler, new Lane(0, time.parker()), new Heartbeat(time)).run();
  }

  private InferenceReply infer(String... texts) {
    return infer(Optional.empty(), texts);
  }

  private InferenceReply infer(Optional<Duration> timeout, String... texts) {
    return pipeline.infer(request(Optional.empty(), timeout, texts));
  }

  private InferenceRequest request(
      Optional<String> model, Optional<Duration> timeout, String... texts) {
    return new InferenceRequest(
        "test",
        ModelChoice.of(model),
        Stream.of(texts).<Input>map(Input.Text::new).toList(),
        EncodingOptions.DEFAULT,
        timeout,
        5,
        cancellation,
        answerSize,
        room);
  }

  private Outcome refusedWhole(InferenceReply reply) {
    Refused refused = assertInstanceOf(Refused.class, reply);
    assertEquals(OptionalInt.empty(), refused.row());
    assertEquals(List.of(refused.outcome()), listener.outcomes, "the listener hears the same");
    return refused.outcome();
  }

  private Rejection rejected(InferenceReply reply) {
    return assertInstanceOf(Outcome.Rejected.class, refusedWhole(reply)).reason();
  }

  // ---- served

  @Test
  void answersEachTextInItsPlace() {
    ready(FakeModel::answer);
    serveAt(
        Duration.ofMillis(3),
        batch -> {
          time.pass(Duration.ofMillis(4));
          return FakeModel.answer(batch);
        });
    Answered answered = assertInstanceOf(Answered.class, infer("a", "c", "b", "e", "d"));
    assertEquals(
        List.of('a', 'c', 'b', 'e', 'd'),
        answered.rows().stream().map(row -> (char) row.prediction().values()[0]).toList());
    assertEquals("fake", answered.model().name());
    assertEquals(Duration.ofMillis(11).toNanos(), answered.totalNanos());
    assertEquals(List.of("test fake 11"), listener.ended);
    assertEquals(1, listener.encoded);
  }

  @Test
  void saysHowManyTokensWereRead() {
    ready(FakeModel::answer);
    serveAt(Duration.ofMillis(3), FakeModel::answer);

    assertEquals(6, assertInstanceOf(Answered.class, infer("a", "bc", "def")).tokens());
  }

  @Test
  void saysHowLongItTookToReadThem() {
    readyWithEncoder(
        (input, options) -> {
          time.pass(Duration.ofMillis(2));
          return new Encoder.Encoded.Row(new Encoding(new long[] {'a'}));
        });
    serveAt(Duration.ofMillis(10), FakeModel::answer);

    Answered answered = assertInstanceOf(Answered.class, infer("a", "b", "c"));

    assertEquals(Duration.ofMillis(6).toNanos(), answered.encodingNanos());
    assertEquals(Duration.ofMillis(10).toNanos(), answered.totalNanos());
  }

  // ---- a version that is asked for

  @Test
  void aVersionThatDoesNotServeIsNotReplacedByTheOneThatDoes() {
    ready(FakeModel::answer);
    serveAt(Duration.ofMillis(3), FakeModel::answer);
    ModelChoice first = new ModelChoice(Optional.of("fake"), Optional.of("1"));
    ModelChoice second = new ModelChoice(Optional.of("fake"), Optional.of("2"));
    Outcome unknown = new Outcome.UnknownVersion("fake", "2", "1");

    assertEquals(unknown, refusedWhole(pipeline.infer(requestFor(second))));
    assertEquals(
        unknown,
        assertInstanceOf(ModelLookup.Missing.class, pipeline.lookUp("test", second))
            .refused()
            .outcome());
    assertSame(
        deployment,
        assertInstanceOf(ModelLookup.Found.class, pipeline.lookUp("test", first)).deployment());
    assertInstanceOf(Answered.class, pipeline.infer(requestFor(first)));
  }

  private InferenceRequest requestFor(ModelChoice model) {
    return new InferenceRequest(
        "test",
        model,
        List.of(new Input.Text("a")),
        EncodingOptions.DEFAULT,
        Optional.empty(),
        5,
        cancellation,
        answerSize,
        room);
  }

  // ---- a version that is replaced

  @Test
  void aRequestThatComesToAVersionTooLateGoesToTheNext() {
    Deployment next = deployment("2");
    next.ready(FakeModel.answering().loaded(), Duration.ZERO);
    readyWithEncoder(
        (input, options) -> {
          // Between the look at the version that serves and its queue another takes over.
          repository.model("fake").orElseThrow().serve(next);
          deployment.queue().abandon();
          deployment.drain();
          return new Encoder.Encoded.Row(new Encoding(new long[] {1}));
        });
    time.at(
        Duration.ofMillis(1),
        () -> {
          next.queue().close();
          serveNow(next, FakeModel::answer);
        });
    Answered answered = assertInstanceOf(Answered.class, infer("b"));
    assertEquals('b', (char) answered.rows().getFirst().prediction().values()[0]);
    assertEquals(List.of("test fake 1"), listener.ended, "told of once");
  }

  @Test
  void aRequestWhoseVersionLeavesMemoryWhileItIsEncodedGoesToTheNext() {
    Deployment next = deployment("2");
    next.ready(FakeModel.answering().loaded(), Duration.ZERO);
    readyWithEncoder(
        (input, options) -> {
          repository.model("fake").orElseThrow().serve(next);
          deployment.queue().abandon();
          deployment.drain();
          throw new ClosedEncoderException();
        });
    time.at(
        Duration.ofMillis(1),
        () -> {
          next.queue().close();
          serveNow(next, FakeModel::answer);
        });
    assertInstanceOf(Answered.class, infer("b"));
    assertEquals(0, listener.failedEncodings, "the text is well");
  }

  @Test
  void aRequestWhoseModelLeavesMemoryWhileItIsEncodedIsNotToBlame() {
    readyWithEncoder(
        (input, options) -> {
          deployment.drain();
          throw new ClosedEncoderException();
        });
    assertEquals(Rejection.DRAINING, rejected(infer("a")));
  }

  @Test
  void aModelThatIsUnloadedMeanwhileIsUnknown() {
    ready(FakeModel::answer);
    readyWithEncoder(
        (input, options) -> {
          repository.remove("fake");
          deployment.queue().abandon();
          deployment.drain();
          return new Encoder.Encoded.Row(new Encoding(new long[] {1}));
        });
    assertEquals(
        new Outcome.UnknownModel("fake", List.of()),
        refusedWhole(pipeline.infer(request(Optional.of("fake"), Optional.empty(), "a"))));
  }

  @Test
  void severalModelsAndNoDefaultMustBeNamed() {
    repository.add(
        new ServedModel(
            new Deployment("other", "1", deployment.policy(), deployment.limits(), scheduler)));
    Refused refused = assertInstanceOf(Refused.class, infer("a"));
    assertEquals(new Outcome.ModelNotNamed(List.of("fake", "other")), refused.outcome());
    assertEquals(List.of(), listener.ended, "the adapter counts it");
  }

  // ---- refused before any work

  @Test
  void knowsTheModelsThereAre() {
    InferenceReply reply = pipeline.infer(request(Optional.of("nobody"), Optional.empty(), "a"));
    assertEquals(new Outcome.UnknownModel("nobody", List.of("fake")), refusedWhole(reply));
    assertEquals(List.of("test  0"), listener.ended, "no label of the caller's making");
  }

  @Test
  void findsAModelByItsName() {
    ready(FakeModel::answer);
    serveAt(Duration.ofMillis(1), FakeModel::answer);
    assertInstanceOf(
        Answered.class, pipeline.infer(request(Optional.of("fake"), Optional.empty(), "a")));
  }

  @Test
  void aModelThatLoadsIsNotReady() {
    assertEquals(Rejection.NOT_READY, rejected(infer("a")));
  }

  @Test
  void aModelThatWarmsUpIsNotReady() {
    deployment.warmingUp();
    assertEquals(Rejection.NOT_READY, rejected(infer("a")));
  }

  @Test
  void aBrokenModelIsUnavailable() {
    deployment.unavailable("secret");
    assertEquals(Rejection.UNAVAILABLE, rejected(infer("a")));
  }

  @Test
  void aServerThatShutsDownIsDraining() {
    ready(FakeModel::answer);
    deployment.drain();
    assertEquals(Rejection.DRAINING, rejected(infer("a")));
  }

  @Test
  void aStoppedModelIsDraining() {
    deployment.drain();
    deployment.stopped();
    assertEquals(Rejection.DRAINING, rejected(infer("a")));
  }

  @Test
  void aRequestWithAFlawIsInvalid() {
    ready(FakeModel::answer);
    assertInstanceOf(Outcome.Invalid.class, refusedWhole(infer()));
  }

  @Test
  void aFullQueueRejects() {
    ready(FakeModel::answer);
    try (Permit others = deployment.queue().tryAdmit(7).orElseThrow()) {
      assertEquals(Rejection.QUEUE_FULL, rejected(infer("a", "b")));
      assertEquals(7, others.rows());
    }
  }

  // ---- refused while encoding

  @Test
  void aTextThatCannotBeEncodedNamesItsPlace() {
    readyWithEncoder(
        (input, options) -> {
          if (input.equals(new Input.Text("bad"))) {
            throw new EncodingException("secret");
          }
          return new Encoder.Encoded.Row(new Encoding(new long[] {1}));
        });
    assertEquals(
        new Refused(
            new Outcome.Invalid(Outcome.Flaw.TOKENIZER, "the text cannot be tokenized"),
            OptionalInt.of(2)),
        infer("a", "b", "bad", "c"));
    assertEquals(1, listener.failedEncodings);
    assertEquals(0, listener.encoded);
  }

  @Test
  void aTextWithTooManyTokensNamesItsPlace() {
    ready(FakeModel::answer);
    assertEquals(
        new Refused(
            new Outcome.Invalid(
                Outcome.Flaw.VALIDATION,
                "the text has 101 tokens, the model takes 100; send a shorter text"),
            OptionalInt.of(1)),
        infer("a", "b".repeat(101)));
  }

  @Test
  void aBugInTheTokenizerGivesThePlacesBack() {
    readyWithEncoder(
        (input, options) -> {
          throw new IllegalStateException("a bug");
        });
    assertThrows(IllegalStateException.class, () -> infer("a", "b"));
  }

  @Test
  void aCallerThatLeavesWhileItsTextsAreEncodedIsCancelled() {
    List<String> encoded = new ArrayList<>();
    readyWithEncoder(
        (input, options) -> {
          encoded.add(assertInstanceOf(Input.Text.class, input).text());
          cancellation.cancel();
          return new Encoder.Encoded.Row(new Encoding(new long[] {1}));
        });
    assertEquals(new Outcome.Cancelled(), refusedWhole(infer("a", "b")));
    assertEquals(List.of("a"), encoded);
  }

  @Test
  void anAnswerThatDoesNotFitIsRefusedBeforeTheDeviceWorksForIt() {
    ready(FakeModel::answer);
    answerSize = new AnswerSize(1_000_000, true);
    assertEquals(
        new Outcome.Invalid(
            Outcome.Flaw.VALIDATION,
            "the answer would take 14 MB of memory or more, there are 12 MB; send fewer or shorter texts at once"),
        refusedWhole(infer("ab", "1234567")));
    assertEquals(0, time.nanos(), "it did not wait for the device");
  }

  @Test
  void anAnswerThatDoesNotFitBesideOthersIsRefusedForNow() {
    ready(FakeModel::answer);
    answerSize = new AnswerSize(1_000_000, false);
    try (AnswerBudget.Room other = answers.room()) {
      assertEquals(Optional.empty(), other.take(10_000_000));
      assertEquals(Rejection.TOO_MANY_ANSWERS, rejected(infer("abc")));
    }
  }

  @Test
  void anAnswerThatFitsKeepsItsRoomUntilItIsSent() {
    ready(FakeModel::answer);
    answerSize = new AnswerSize(1_000_000, false);
    serveAt(Duration.ofMillis(1), FakeModel::answer);
    assertInstanceOf(Answered.class, infer("abc"));
    AnswerBudget.Room other = answers.room();
    assertTrue(other.take(9_000_001).isPresent());
    room.close();
    assertEquals(Optional.empty(), other.take(12_000_000));
  }

  @Test
  void noMoreIsEncodedForARequestWhoseTimeIsOver() {
    readyWithEncoder(
        (input, options) -> {
          time.pass(Duration.ofMillis(15));
          return new Encoder.Encoded.Row(new Encoding(new long[] {1}));
        });
    assertEquals(
        new Outcome.Expired(),
        refusedWhole(infer(Optional.of(Duration.ofMillis(20)), "a", "b", "c")));
    assertEquals(List.of("test fake 30"), listener.ended);
  }

  @Test
  void aDeadlineThatPassesBeforeATurnToEncodeExpires() {
    ready(FakeModel::answer);
    assertTrue(turns.await(Duration.ZERO));
    try {
      assertEquals(
          new Outcome.Expired(), refusedWhole(infer(Optional.of(Duration.ofNanos(1)), "a")));
    } finally {
      turns.done();
    }
  }

  @Test
  void aQueueThatClosesWhileTextsAreEncodedStillServes() {
    readyWithEncoder(
        (input, options) -> {
          deployment.queue().close();
          return new Encoder.Encoded.Row(new Encoding(new long[] {1}));
        });
    serveAt(Duration.ofMillis(5), FakeModel::answer);
    assertInstanceOf(InferenceReply.Answered.class, infer("a"));
  }

  @Test
  void aQueueThatIsAbandonedWhileTextsAreEncodedRejects() {
    readyWithEncoder(
        (input, options) -> {
          deployment.queue().abandon();
          return new Encoder.Encoded.Row(new Encoding(new long[] {1}));
        });
    assertEquals(Rejection.DRAINING, rejected(infer("a")));
  }

  @Test
  void aModelThatDrainsBetweenTheLookAtItAndAdmissionIsNotFull() {
    ready(FakeModel::answer);
    deployment.queue().close();
    assertEquals(Rejection.DRAINING, rejected(infer("a")));
    listener.outcomes.clear();
    deployment.drain();
    assertEquals(Rejection.DRAINING, rejected(infer("a")));
  }

  // ---- ended in the queue or on the device

  @Test
  void aRequestThatIsNotServedInTimeExpiresAtItsOwnTimeout() {
    ready(FakeModel::answer);
    assertEquals(
        new Outcome.Expired(), refusedWhole(infer(Optional.of(Duration.ofMillis(20)), "a")));
    assertEquals(List.of("test fake 20"), listener.ended);
  }

  @Test
  void aRequestWaitsNoLongerThanTheServerAllows() {
    ready(FakeModel::answer);
    infer(Optional.of(Duration.ofHours(1)), "a");
    assertEquals(List.of("test fake " + TIMEOUT.toMillis()), listener.ended);
  }

  @Test
  void theTimeThatEncodingTakesCounts() {
    readyWithEncoder(
        (input, options) -> {
          time.pass(Duration.ofMillis(15));
          return new Encoder.Encoded.Row(new Encoding(new long[] {1}));
        });
    infer(Optional.of(Duration.ofMillis(20)), "a");
    assertEquals(List.of("test fake 20"), listener.ended);
  }

  @Test
  void aCallerThatLeavesTheQueueIsCancelled() {
    ready(FakeModel::answer);
    time.at(Duration.ofMillis(5), cancellation::cancel);
    assertEquals(new Outcome.Cancelled(), refusedWhole(infer("a")));
    assertEquals(List.of("test fake 5"), listener.ended);
  }

  @Test
  void aRowThatTheModelFailsOnNamesItsPlace() {
    ready(FakeModel::answer);
    serveAt(
        Duration.ofMillis(1),
        batch ->
            batch.rows().stream().anyMatch(row -> ((Encoding) row.input()).tokenIds()[0] == 'c')
                ? new PassResult.Faulted(new IllegalStateException("secret"))
                : FakeModel.answer(batch));
    Refused refused = assertInstanceOf(Refused.class, infer("a", "b", "c", "d"));
    assertEquals(OptionalInt.of(2), refused.row());
    Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, refused.outcome());
    assertTrue(!failed.id().isEmpty());
  }

  @Test
  void aDeviceThatIsLostRejects() {
    ready(FakeModel::answer);
    serveAt(
        Duration.ofMillis(1),
        batch -> new PassResult.DeviceLost(new IllegalStateException("secret")));
    assertEquals(Rejection.UNAVAILABLE, rejected(infer("a")));
  }
}
