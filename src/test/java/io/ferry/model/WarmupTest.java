package io.ferry.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.Batch;
import io.ferry.batching.BatchPolicy;
import io.ferry.batching.FakeTime;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.PassResult;
import io.ferry.inference.Prediction;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarmupTest {

  /** The warm-up's text has so many characters, which are the fake model's tokens. */
  private static final int TEXT = 50;

  private final FakeTime time = new FakeTime();
  private final Warmup warmup = new Warmup(time, new Heartbeat(time));

  private static BatchPolicy policy(int maxSize, int maxTokens) {
    return new BatchPolicy(maxSize, maxTokens, Duration.ZERO, 1000);
  }

  private String reasonOf(Function<Batch, PassResult> script) {
    LoadedModel model = new FakeModel(script).loaded();
    return assertThrows(ModelLoadException.class, () -> warmup.run(model, policy(4, 400))).reason();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          8  | 800  | 100 | 8x100 1x50 4x50 2x50
          8  | 800  | 30  | 8x30 1x30 4x30 2x30
          8  | 80   | 100 | 8x10 1x50 4x10 2x10
          8  | 4    | 100 | 4x1 1x4 4x1 2x1
          1  | 100  | 100 | 1x100 1x50
          3  | 300  | 100 | 3x100 1x50
          """)
  void runsTheLargestShapeThenTheSmallestThenThoseBetween(
      int maxSize, int maxTokens, int modelTakes, String shapes) throws Exception {
    FakeModel model = FakeModel.answering();
    warmup.run(model.loaded(modelTakes), policy(maxSize, maxTokens));
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
    warmup.run(model.loaded(), policy(8, 800));
    assertEquals(List.of("8x100", "8x100", "1x50"), model.passes());
    assertTrue(time.nanos() > Warmup.BUDGET.toNanos());
  }

  @Test
  void isAStepOfTheHeartbeat() throws Exception {
    Heartbeat heartbeat = new Heartbeat(time);
    FakeModel model =
        new FakeModel(
            batch -> {
              time.pass(Duration.ofSeconds(1));
              assertEquals(Duration.ofSeconds(1), heartbeat.stepAge());
              return FakeModel.answer(batch);
            });
    new Warmup(time, heartbeat).run(model.loaded(), policy(1, 100));
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
    warmup.run(model.loaded(), policy(4, 400));
    assertEquals(List.of("4x100", "4x100", "1x50", "1x50", "2x50", "2x50"), model.passes());
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
        "the model fails its warm-up; the log has the cause",
        reasonOf(batch -> new PassResult.Faulted(new IllegalStateException("secret"))));
    assertEquals(
        "the model fails its warm-up; the log has the cause",
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
    String notFinite = "the model's output in warm-up is not finite";
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
        assertThrows(ModelLoadException.class, () -> warmup.run(model, policy(4, 400))).reason());
  }

  @Test
  void aModelMayGiveAnyNumberOfValuesIfItsFilesDoNotSay() throws Exception {
    FakeModel model = FakeModel.answering();
    warmup.run(model.loaded(100), policy(1, 100));
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
        assertThrows(ModelLoadException.class, () -> warmup.run(model, policy(4, 400))).reason());
    assertThrows(ModelLoadException.class, () -> Warmup.knownGood(model));
  }

  @Test
  void theKnownGoodRowsAreTheTextItself() throws Exception {
    assertEquals(
        List.of(TEXT),
        Warmup.knownGood(FakeModel.answering().loaded()).stream()
            .map(encoding -> encoding.length())
            .toList());
  }
}
