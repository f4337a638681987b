package io.ferry.engine.onnx;

import static io.ferry.engine.onnx.TestFiles.TOKENS;
import static io.ferry.engine.onnx.TestFiles.batch;
import static io.ferry.engine.onnx.TestFiles.encoding;
import static io.ferry.engine.onnx.TestFiles.lane;
import static io.ferry.engine.onnx.TestFiles.run;
import static io.ferry.engine.onnx.TestFiles.tensors;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.engine.EngineModel;
import io.ferry.engine.RowLayout;
import io.ferry.engine.djl.ResidentMemory;
import io.ferry.inference.Datatype;
import io.ferry.inference.Encoding;
import io.ferry.inference.Prediction;
import io.ferry.inference.Tensor;
import io.ferry.inference.TensorRow;
import io.ferry.model.ModelLoadException;
import io.ferry.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passes through real ONNX Runtime. The test's thread is the lane's thread. */
class OnnxLaneTest {

  private static final List<Datatype> ALL = List.of(Datatype.values());

  private static final double SAME = 1e-5;

  // ---- numbers

  @ParameterizedTest
  @EnumSource(Datatype.class)
  void everyDatatypeComesBackAsItWent(Datatype datatype) throws ModelLoadException {
    RowLayout layout =
        tensors(
            ALL.stream()
                .map(it -> new TensorSpec(it.name().toLowerCase(Locale.ROOT), it, List.of(-1, 3)))
                .toArray(TensorSpec[]::new));
    try (ModelInstance instance = lane("every-datatype", layout)) {
      List<TensorRow> rows = List.of(oneOfEach(1), oneOfEach(2));
      List<Prediction> answers = run(instance, rows);

      for (int row = 0; row < rows.size(); row++) {
        Tensor sent = rows.get(row).tensors().get(ALL.indexOf(datatype));
        Tensor received = answers.get(row).outputs().get(ALL.indexOf(datatype));
        assertEquals(datatype, received.datatype());
        assertArrayEquals(new int[] {3}, received.shape());
        assertEquals(sent.data(), received.data());
      }
    }
  }

  private static TensorRow oneOfEach(int seed) {
    Random random = new Random(seed);
    return new TensorRow(ALL.stream().map(datatype -> threeOf(datatype, random)).toList());
  }

  /** Any bytes are numbers of their kind; a truth value is 0 or 1. */
  private static Tensor threeOf(Datatype datatype, Random random) {
    byte[] bytes = new byte[3 * datatype.bytes()];
    random.nextBytes(bytes);
    if (datatype == Datatype.BOOL) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i % 2);
      }
    }
    return new Tensor(datatype, new int[] {3}, ByteBuffer.wrap(bytes));
  }

  @Test
  void brainFloatsAreReadAsFloat32() throws ModelLoadException {
    try (ModelInstance instance = lane("bf16-output", TestFiles.THREE_FLOATS)) {
      Tensor answer = run(instance, List.of(floats(1.5f, -2, 1.01f))).getFirst().first();

      assertEquals(Datatype.FP32, answer.datatype());
      // Brain floats have 8 bits: 1.01 becomes 1 + 1/128.
      assertArrayEquals(new float[] {1.5f, -2, 1.0078125f}, answer.floats());
    }
  }

  @Test
  void severalInputsGoByNameAndSeveralOutputsComeInOrder() throws ModelLoadException {
    // The layout names them the other way round than the file.
    RowLayout layout =
        tensors(
            new TensorSpec("vector", Datatype.FP32, List.of(-1, 1, 2)),
            new TensorSpec("matrix", Datatype.FP32, List.of(-1, -1, 2)));
    try (ModelInstance instance = lane("several", layout)) {
      TensorRow first = new TensorRow(List.of(of(1, 2, 10, 20), of(2, 2, 1, 2, 3, 4)));
      TensorRow second = new TensorRow(List.of(of(1, 2, 0, 1), of(2, 2, 5, 6, 7, 8)));
      List<Prediction> answers = run(instance, List.of(first, second));

      assertArrayEquals(new float[] {11, 22, 13, 24}, floats(answers.get(0), 0));
      assertArrayEquals(new float[] {10, 40, 30, 80}, floats(answers.get(0), 1));
      assertArrayEquals(new float[] {10, 20, 10, 20}, floats(answers.get(0), 2));
      assertArrayEquals(new float[] {5, 7, 7, 9}, floats(answers.get(1), 0));
      assertArrayEquals(new float[] {0, 6, 0, 8}, floats(answers.get(1), 1));
      assertArrayEquals(new float[] {5, 6, 7, 8}, floats(answers.get(1), 2));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 7, 32, 100})
  void companyAndPaddingDoNotChangeARowsNumbers(int rows) throws ModelLoadException {
    Random random = new Random(rows);
    List<Encoding> encodings =
        Stream.generate(() -> encoding(random.longs(1 + random.nextInt(40), 0, 50).toArray()))
            .limit(rows)
            .toList();
    try (ModelInstance instance = lane("attention", TOKENS)) {
      List<Prediction> together = run(instance, encodings);
      for (int row = 0; row < rows; row++) {
        Prediction alone = run(instance, List.of(encodings.get(row))).getFirst();
        assertArrayEquals(
            new int[] {encodings.get(row).length(), 16}, together.get(row).first().shape());
        for (int output = 0; output < 2; output++) {
          assertArrayEquals(floats(alone, output), floats(together.get(row), output), (float) SAME);
        }
      }
    }
  }

  @Test
  void anAnswerOutlivesTheNextPass() throws ModelLoadException {
    try (ModelInstance instance = lane("sums", TOKENS)) {
      Prediction first = run(instance, List.of(encoding(1, 2, 3))).getFirst();
      run(instance, List.of(encoding(3, 3, 3), encoding(2)));

      assertArrayEquals(new float[] {3, 6}, first.values());
    }
  }

  // ---- lanes

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void lanesRunAtOnceAndEachRowGetsItsOwnAnswer(int threadsPerLane) throws Exception {
    EngineModel model =
        new OnnxRuntimeEngine("cpu", threadsPerLane).open(TestFiles.file("sums"), TOKENS, 2);
    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Callable<Void>> passes = new ArrayList<>();
      for (ModelInstance lane : model.lanes()) {
        passes.add(
            () -> {
              together.await();
              for (int pass = 0; pass < 300; pass++) {
                passWithItsOwnNumbers(lane, 1 + pass % 5);
              }
              return null;
            });
      }
      for (Future<Void> lane : threads.invokeAll(passes)) {
        lane.get();
      }
    }
    model.lanes().forEach(ModelInstance::close);
  }

  private static void passWithItsOwnNumbers(ModelInstance lane, int longest) {
    List<Encoding> rows =
        IntStream.rangeClosed(1, longest).mapToObj(OnnxLaneTest::repeated).toList();
    List<Prediction> answers = run(lane, rows);
    for (int length = 1; length <= longest; length++) {
      assertArrayEquals(new float[] {length, length * length}, answers.get(length - 1).values(), 0);
    }
  }

  /** So many tokens of just that id. */
  private static Encoding repeated(int length) {
    long[] ids = new long[length];
    Arrays.fill(ids, length);
    return encoding(ids);
  }

  @Test
  void aLaneThatClosesTwiceLeavesTheOthersTheirSession() throws ModelLoadException {
    EngineModel model = new OnnxRuntimeEngine("cpu", 1).open(TestFiles.file("sums"), TOKENS, 2);
    ModelInstance closed = model.lanes().getFirst();
    closed.close();
    closed.close();

    try (ModelInstance other = model.lanes().getLast()) {
      assertArrayEquals(
          new float[] {2, 3}, run(other, List.of(encoding(1, 2))).getFirst().values());
    }
    assertThrows(IllegalStateException.class, () -> closed.forward(batch(List.of(encoding(1)))));
  }

  // ---- failures

  @Test
  void aFailedPassIsAResultAndTheNextPassWorks() throws ModelLoadException {
    try (ModelInstance instance = lane("sums", TOKENS)) {
      PassResult result = instance.forward(batch(List.of(encoding(1), encoding(7))));

      Throwable cause = assertInstanceOf(PassResult.Faulted.class, result).cause();
      assertTrue(cause.toString().contains("out of data bounds"), cause::toString);
      assertArrayEquals(
          new float[] {2, 3}, run(instance, List.of(encoding(1, 2))).getFirst().values());
    }
  }

  @Test
  void aWrongNumberOfRowsIsAFault() throws ModelLoadException {
    try (ModelInstance instance = lane("one-row", TestFiles.THREE_FLOATS)) {
      PassResult result = instance.forward(batch(List.of(floats(1, 2, 3), floats(4, 5, 6))));

      Throwable cause = assertInstanceOf(PassResult.Faulted.class, result).cause();
      assertTrue(cause.toString().contains("2 rows went in"), cause::toString);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void failedPassesLeaveNoMemoryBehind() throws ModelLoadException, IOException {
    // 16 MB are allocated in each pass before it fails: a leak of one in a hundred would show.
    long[] ids = new long[4_096];
    Arrays.fill(ids, 7);
    Batch failing = batch(Stream.generate(() -> encoding(ids)).limit(64).toList());
    try (ModelInstance instance = lane("sums", TOKENS)) {
      fail(instance, failing, 20);
      long before = ResidentMemory.mebibytes();
      fail(instance, failing, 200);
      long grown = ResidentMemory.mebibytes() - before;

      assertTrue(grown < 100, () -> "200 failed passes left so many MB: " + grown);
      assertArrayEquals(
          new float[] {1, 3}, run(instance, List.of(encoding(3))).getFirst().values());
    }
  }

  private static void fail(ModelInstance instance, Batch failing, int times) {
    for (int i = 0; i < times; i++) {
      assertInstanceOf(PassResult.Faulted.class, instance.forward(failing));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void batchesOfAllShapesTakeNoMoreMemoryThanTheLargest() throws ModelLoadException, IOException {
    Random random = new Random(4);
    try (ModelInstance instance = lane("sums", TOKENS)) {
      run(instance, Collections.nCopies(64, encoding(new long[4_096])));
      long before = ResidentMemory.mebibytes();
      for (int pass = 0; pass < 300; pass++) {
        run(
            instance,
            Collections.nCopies(
                1 + random.nextInt(64), encoding(new long[1 + random.nextInt(4_096)])));
      }
      long grown = ResidentMemory.mebibytes() - before;

      assertTrue(grown < 100, () -> "300 passes of other shapes took so many MB: " + grown);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void loadingAndClosingLeavesNoMemoryBehind() throws ModelLoadException, IOException {
    loadAndClose(20);
    long before = ResidentMemory.mebibytes();
    loadAndClose(200);
    long grown = ResidentMemory.mebibytes() - before;

    assertTrue(grown < 60, () -> "200 loads left so many MB: " + grown);
  }

  private static void loadAndClose(int times) throws ModelLoadException {
    for (int i = 0; i < times; i++) {
      EngineModel model =
          new OnnxRuntimeEngine("cpu", 2).open(TestFiles.file("attention"), TOKENS, 2);
      for (ModelInstance lane : model.lanes()) {
        run(lane, List.of(encoding(1)));
        lane.close();
      }
    }
  }

  // ---- rows

  private static TensorRow floats(float... values) {
    return new TensorRow(List.of(Tensor.of(values)));
  }

  private static Tensor of(int rows, int columns, float... values) {
    return new Tensor(Datatype.FP32, new int[] {rows, columns}, Tensor.of(values).data());
  }

  private static float[] floats(Prediction prediction, int output) {
    return prediction.outputs().get(output).floats();
  }
}
