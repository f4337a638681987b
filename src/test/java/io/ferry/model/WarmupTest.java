package io.ferry.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.Batch;
import io.ferry.batching.BatchPolicy;
import io.ferry.batching.Chore;
import io.ferry.batching.FakeTime;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.PassResult;
import io.ferry.batching.WrongOutputException;
import io.ferry.inference.Prediction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarmupTest {

  /** The warm-up's text has so many characters, which are the fake model's tokens. */
  private static final int TEXT = 50;

  private static final WarmupPlan PLAN =
      new WarmupPlan(Duration.ofSeconds(10), List.of(), List.of());

  private final FakeTime time = new FakeTime();
  private final Heartbeat heartbeat = new Heartbeat(time);
  private boolean othersServe;

  /** Runs it to its end on every lane, and says why the model cannot serve, if so. */
  private Optional<String> warmUp(LoadedModel model, BatchPolicy policy) {
    return warmUp(model, policy, PLAN);
  }

  private Optional<String> warmUp(LoadedModel model, BatchPolicy policy, WarmupPlan plan) {
    try {
      Warmup warmup = new Warmup(model, policy, plan, time, () -> othersServe);
      for (Chore lane : warmup.lanes()) {
        Chore.Next next;
        do {
          next = lane.step(heartbeat);
        } while (next instanceof Chore.Next.Again);
      }
      assertTrue(warmup.done().isDone());
      return warmup.done().join().map(ModelLoadException::reason);
    } catch (ModelLoadException refused) {
      return Optional.of(refused.reason());
    }
  }

  private static BatchPolicy policy(int maxSize, int maxTokens) {
    return new BatchPolicy(maxSize, maxTokens, Duration.ZERO, 1000);
  }

  private String reasonOf(Function<Batch, PassResult> script) {
    LoadedModel model = new FakeModel(script).loaded();
    return warmUp(model, policy(4, 400)).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          8  | 800  | 100 | 1x50 8x100 8x50 4x50 2x50
          8  | 800  | 30  | 1x30 8x30 4x30 2x30
          8  | 80   | 100 | 1x10 8x10 4x10 2x10
          8  | 4    | 100 | 1x1 4x1 2x1
          1  | 100  | 100 | 1x50 1x100
          3  | 300  | 100 | 1x50 3x100 3x50
          """)
  void runsTheSmallestShapeThenTheLargestThenThoseBetween(
      int maxSize, int maxTokens, int modelTakes, String shapes) throws Exception {
    FakeModel model = FakeModel.answering();
    assertEquals(Optional.empty(), warmUp(model.loaded(modelTakes), policy(maxSize, maxTokens)));
    List<String> twiceEach =
        List.of(shapes.split(" ", -1)).stream()
            .distinct()
            .flatMap(shape -> List.of(shape, shape).stream())
            .toList();
    assertEquals(twiceEach, model.passes());
  }

  @Test
  void beginsNoPassAfterItsBudget() throws Exception {
    FakeModel model =
        new FakeModel(
            batch -> {
              time.pass(Duration.ofSeconds(4));
              return FakeModel.answer(batch);
            });
    assertEquals(Optional.empty(), warmUp(model.loaded(), policy(8, 800)));
    assertEquals(List.of("1x50", "1x50", "8x100"), model.passes());
    assertEquals(Duration.ofSeconds(12).toNanos(), time.nanos());
  }

  @Test
  void isAStepOfTheHeartbeat() throws Exception {
    FakeModel model =
        new FakeModel(
            batch -> {
              time.pass(Duration.ofSeconds(1));
              assertEquals(Duration.ofSeconds(1), heartbeat.stepAge());
              return FakeModel.answer(batch);
            });
    assertEquals(Optional.empty(), warmUp(model.loaded(), policy(1, 100)));
    assertEquals(Duration.ZERO, heartbeat.stepAge());
  }

  @Test
  void aBatchTooLargeForTheMemoryIsNoReasonNotToServe() throws Exception {
    FakeModel model =
        new FakeModel(
            batch ->
                batch.size() > 2
                    ? new PassResult.OutOfMemory(new IllegalStateException("no memory"))
                    : FakeModel.answer(batch));
    assertEquals(Optional.empty(), warmUp(model.loaded(), policy(4, 400)));
    assertEquals(
        List.of("1x50", "1x50", "4x100", "4x100", "4x50", "4x50", "2x50", "2x50"), model.passes());
  }

  @Test
  void aRowTooLargeForTheMemoryIs() {
    assertEquals(
        "the device has too little memory for a single row",
        reasonOf(batch -> new PassResult.OutOfMemory(new IllegalStateException("no memory"))));
  }

  @Test
  void aModelThatFailsIsNotServed() {
    assertEquals(
        "the model fails its warm-up with 1 rows of 50 tokens; the log has the cause",
        reasonOf(batch -> new PassResult.Faulted(new IllegalStateException("secret"))));
    assertEquals(
        "the model fails its warm-up with 1 rows of 50 tokens; the log has the cause",
        reasonOf(
            batch -> {
              throw new IllegalStateException("secret");
            }));
    assertEquals(
        "the device was lost during warm-up",
        reasonOf(batch -> new PassResult.DeviceLost(new IllegalStateException("secret"))));
  }

  @Test
  void aModelWithoutProperNumbersIsNotServed() {
    String notFinite =
        "the model's output in warm-up is not finite; its weights are broken or its precision is too low: export it anew, in fp32";
    assertEquals(
        notFinite,
        reasonOf(
            batch -> {
              batch.rows().forEach(row -> row.answer(Prediction.of(Float.NaN)));
              return new PassResult.Done();
            }));
    assertEquals(notFinite, reasonOf(batch -> new PassResult.Done()));
  }

  @Test
  void aModelThatGivesAnotherNumberOfValuesThanItsFilesSayIsNotServed() {
    LoadedModel model =
        FakeModel.answering().loaded(100, new Classify(List.of("a", "b"), Activation.SOFTMAX));
    assertEquals(
        "the model gives 1 values a row, its files name 2 labels",
        warmUp(model, policy(4, 400)).orElseThrow());
  }

  @Test
  void aModelMayGiveAnyNumberOfValuesIfItsFilesDoNotSay() throws Exception {
    FakeModel model = FakeModel.answering();
    assertEquals(Optional.empty(), warmUp(model.loaded(100), policy(1, 100)));
    assertEquals(4, model.passes().size());
  }

  @Test
  void aTokenizerThatCannotEncodeEnglishIsNotServed() {
    FakeModel fake = FakeModel.answering();
    LoadedModel model =
        fake.loaded(
            (input, options) -> {
              throw new EncodingException("broken");
            });
    assertEquals(
        "the tokenizer cannot encode plain English text",
        warmUp(model, policy(4, 400)).orElseThrow());
  }

  @Test
  void theExampleIsTheTextItself() throws Exception {
    LoadedModel model = FakeModel.answering().loaded();
    assertEquals(
        TEXT, new Warmup(model, policy(1, 100), PLAN, time, () -> false).example().length());
  }

  @Test
  void runsTheSizesAndLengthsThatAreAskedFor() {
    FakeModel model = FakeModel.answering();
    WarmupPlan plan = new WarmupPlan(Duration.ofSeconds(10), List.of(8, 2), List.of(20, 10, 999));
    assertEquals(Optional.empty(), warmUp(model.loaded(), policy(4, 800), plan));
    assertEquals(
        List.of("2x10", "4x100", "4x10", "2x20", "4x20", "2x100"),
        model.passes().stream().distinct().toList());
    assertEquals(12, model.passes().size());
  }

  @Test
  void everyLaneIsWarmed() {
    FakeModel one = FakeModel.answering();
    FakeModel other = FakeModel.answering();
    LoadedModel two =
        new LoadedModel(
            one.loaded().spec(),
            one.loaded().encoder(),
            List.of(one, other),
            one.loaded().example());
    assertEquals(Optional.empty(), warmUp(two, policy(2, 200)));
    assertEquals(one.passes(), other.passes());
    assertTrue(!one.passes().isEmpty());
  }

  @Test
  void batchesAreSmallerWhileOthersServe() {
    othersServe = true;
    // 100 tokens are as long as others may be held up.
    FakeModel model =
        new FakeModel(
            batch -> {
              time.pass(Warmup.PASS_LIMIT.multipliedBy(batch.paddedTokens()).dividedBy(100));
              return FakeModel.answer(batch);
            });
    assertEquals(Optional.empty(), warmUp(model.loaded(), policy(8, 800)));
    assertEquals(List.of("1x50", "1x100", "2x50"), model.passes().stream().distinct().toList());
  }

  @Test
  void anOutputOfOtherRowsIsNamed() {
    assertEquals(
        "4 rows went into the model, an output has the shape [1, 2]",
        reasonOf(
            batch ->
                batch.size() == 1
                    ? FakeModel.answer(batch)
                    : new PassResult.Faulted(
                        new WrongOutputException(
                            "4 rows went into the model, an output has the shape [1, 2]"))));
  }

  @Test
  void aModelOfAFixedBatchIsGuessed() {
    assertEquals(
        "the model fails its warm-up with 4 rows of 100 tokens; the log has the cause, was it"
            + " exported with a fixed batch size?",
        reasonOf(
            batch ->
                batch.size() == 1
                    ? FakeModel.answer(batch)
                    : new PassResult.Faulted(new IllegalStateException("secret"))));
  }
}
