package io.ferry.engine.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.MixedTexts;
import io.ferry.TestModels;
import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.engine.folder.EmbeddedModel;
import io.ferry.inference.Encoding;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.ModelInput;
import io.ferry.model.Encoder;
import io.ferry.model.EncodingException;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passes through real PyTorch. The test's thread is the device's thread. */
class TorchScriptInstanceTest {

  private static final double SAME = 1e-5;

  @ParameterizedTest
  @ValueSource(ints = {2, 7, 32, 100})
  void companyAndPaddingDoNotChangeARowsNumbers(int rows)
      throws ModelLoadException, IOException, EncodingException {
    try (EmbeddedModel unpacked = EmbeddedModel.unpack()) {
      LoadedModel model = TestModels.pytorch(unpacked.folder());
      try (ModelInstance instance = model.lanes().getFirst()) {
        List<ModelInput> encodings = new ArrayList<>();
        for (String text : MixedTexts.of(rows)) {
          encodings.add(encoded(model, text));
        }
        Collections.shuffle(encodings, new Random(rows));
        List<AnsweredRow> together = run(instance, encodings);

        for (AnsweredRow row : together) {
          float[] alone = run(instance, List.of(row.input())).getFirst().values();
          assertEquals(25, alone.length);
          for (int i = 0; i < alone.length; i++) {
            double scale = Math.max(1, Math.abs(alone[i]));
            assertEquals(alone[i], row.values()[i], SAME * scale, "logit " + i);
          }
        }
      }
    }
  }

  @Test
  void everyRowGetsItsOwnAnswer() throws ModelLoadException {
    try (ModelInstance instance = faulty()) {
      List<AnsweredRow> rows =
          run(instance, List.of(encoding(1), encoding(3, 3, 3), encoding(2, 1), encoding(0)));

      assertArrayEquals(new float[] {1, 1}, rows.get(0).values());
      assertArrayEquals(new float[] {3, 9}, rows.get(1).values());
      assertArrayEquals(new float[] {2, 3}, rows.get(2).values());
      assertArrayEquals(new float[] {1, 0}, rows.get(3).values());
    }
  }

  @Test
  void anAnswerOutlivesTheNextPass() throws ModelLoadException {
    try (ModelInstance instance = faulty()) {
      float[] first = run(instance, List.of(encoding(1, 2, 3))).getFirst().values();
      run(instance, List.of(encoding(3, 3, 3), encoding(2)));

      assertArrayEquals(new float[] {3, 6}, first);
    }
  }

  @Test
  void aFailedPassIsAResultAndTheNextPassWorks() throws ModelLoadException {
    try (ModelInstance instance = faulty()) {
      PassResult result = instance.forward(batch(List.of(encoding(1), encoding(7))));

      Throwable cause = assertInstanceOf(PassResult.Faulted.class, result).cause();
      assertTrue(cause.toString().contains("asked to fail"), cause::toString);
      assertArrayEquals(
          new float[] {2, 3}, run(instance, List.of(encoding(1, 2))).getFirst().values());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void failedPassesLeaveNoMemoryBehind() throws ModelLoadException, IOException {
    // 16 MB are allocated in each pass before it fails: a leak of one in ten would show. The heap
    // of the tests before this one may grow meanwhile.
    long[] ids = new long[4_096];
    Arrays.fill(ids, 7);
    Batch failing = batch(Stream.generate(() -> new Encoding(ids)).limit(64).toList());
    try (ModelInstance instance = faulty()) {
      fail(instance, failing, 20);
      long before = ResidentMemory.mebibytes();
      fail(instance, failing, 200);
      long grown = ResidentMemory.mebibytes() - before;

      assertTrue(grown < 300, () -> "200 failed passes left so many MB: " + grown);
      assertArrayEquals(
          new float[] {1, 3}, run(instance, List.of(encoding(3))).getFirst().values());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void loadingAndClosingLeavesNoMemoryBehind() throws ModelLoadException, IOException {
    try (EmbeddedModel unpacked = EmbeddedModel.unpack()) {
      loadAndClose(unpacked.folder(), 10);
      long before = ResidentMemory.mebibytes();
      loadAndClose(unpacked.folder(), 40);
      long grown = ResidentMemory.mebibytes() - before;

      assertTrue(grown < 60, () -> "40 loads left so many MB: " + grown);
    }
  }

  private static void loadAndClose(Path folder, int times) throws ModelLoadException {
    for (int i = 0; i < times; i++) {
      try (LoadedModel model = TestModels.pytorch(folder)) {
        run(model.lanes().getFirst(), List.of(encoding(1)));
      }
    }
  }

  private static void fail(ModelInstance instance, Batch failing, int times) {
    for (int i = 0; i < times; i++) {
      assertInstanceOf(PassResult.Faulted.class, instance.forward(failing));
    }
  }

  private static ModelInstance faulty() throws ModelLoadException {
    return TestModels.pytorch(TestModels.FAULTY).lanes().getFirst();
  }

  private static List<AnsweredRow> run(
      ModelInstance instance, List<? extends ModelInput> encodings) {
    List<AnsweredRow> rows = encodings.stream().map(AnsweredRow::new).toList();
    assertInstanceOf(PassResult.Done.class, instance.forward(new Batch(rows)));
    return rows;
  }

  private static Batch batch(List<Encoding> encodings) {
    return new Batch(encodings.stream().map(AnsweredRow::new).toList());
  }

  private static ModelInput encoded(LoadedModel model, String text) throws EncodingException {
    return assertInstanceOf(
            Encoder.Encoded.Row.class,
            model.encoder().encode(new Input.Text(text), EncodingOptions.DEFAULT))
        .input();
  }

  private static Encoding encoding(long... ids) {
    return new Encoding(ids);
  }
}
