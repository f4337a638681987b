package io.ferry.engine.aoti;

import static io.ferry.engine.aoti.Packages.batch;
import static io.ferry.engine.aoti.Packages.floats;
import static io.ferry.engine.aoti.Packages.longs;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.CompiledModels;
import io.ferry.TestModels;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.engine.EngineModel;
import io.ferry.engine.InputPacker;
import io.ferry.engine.OnePyTorch;
import io.ferry.engine.RowLayout;
import io.ferry.engine.aoti.OpenHandles.Kind;
import io.ferry.engine.djl.ResidentMemory;
import io.ferry.inference.Datatype;
import io.ferry.inference.Prediction;
import io.ferry.inference.Tensor;
import io.ferry.inference.TensorRow;
import io.ferry.model.ModelLoadException;
import io.ferry.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Passes through real compiled packages, those of {@code src/test/python/compiled_cases.py}. The
 * test's thread is the lane's thread. After every test nothing is open.
 */
@Tag("aoti")
@TestInstance(Lifecycle.PER_CLASS)
class AotiLaneIT {

  private static final RowLayout THREE_FLOATS = three(Datatype.FP32);

  private OpenHandles handles = new OpenHandles();
  private CompiledModels models = new CompiledModels(Path.of(""), Path.of(""));

  @BeforeAll
  void compile() throws Exception {
    models = CompiledModels.here();
  }

  /** What one test leaves open fails no other. */
  @BeforeEach
  void count() {
    handles = new OpenHandles();
  }

  @AfterEach
  void nothingIsOpen() {
    for (Kind kind : Kind.values()) {
      assertEquals(0, handles.open(kind), kind.name());
    }
  }

  private static RowLayout three(Datatype datatype) {
    return new RowLayout.Tensors(List.of(new TensorSpec("x", datatype, List.of(-1, 3))));
  }

  private Path file(String name) {
    return models.folder().resolve(name).resolve("model.pt2");
  }

  private AotInductorEngine engine() {
    SharedLibtorch libtorch = new SharedLibtorch(Optional.of(models.libtorch()), new OnePyTorch());
    return new AotInductorEngine(CompiledModels.device(), 1, libtorch, handles);
  }

  private EngineModel open(String name, RowLayout layout, int lanes) throws ModelLoadException {
    return engine().open(file(name), layout, lanes);
  }

  private ModelInstance lane(String name, RowLayout layout) throws ModelLoadException {
    return open(name, layout, 1).lanes().getFirst();
  }

  private static float[] numbers(Prediction prediction, int output) {
    return prediction.outputs().get(output).floats();
  }

  // ---- numbers

  @Test
  void everyKindComesBackAsItWentAlsoWithGapsAndAsBrainFloats() throws Exception {
    List<TensorSpec> specs = new ArrayList<>();
    // The package has its inputs in another order: they go by name.
    for (Datatype datatype : Datatype.values()) {
      specs.add(new TensorSpec(datatype.name().toLowerCase(Locale.ROOT), datatype, List.of(-1, 3)));
    }
    specs.add(new TensorSpec("matrix", Datatype.FP32, List.of(-1, 2, 3)));
    EngineModel model = open("kinds", new RowLayout.Tensors(specs), 1);
    try (ModelInstance lane = model.lanes().getFirst()) {
      List<TensorRow> rows = List.of(oneOfEach(specs, 1), oneOfEach(specs, 2));
      List<Prediction> answers = TestModels.run(lane, rows);

      List<String> outputs = model.signature().outputs().stream().map(TensorSpec::name).toList();
      for (int row = 0; row < rows.size(); row++) {
        for (int input = 0; input < Datatype.values().length; input++) {
          Tensor sent = rows.get(row).tensors().get(input);
          Tensor received =
              answers.get(row).outputs().get(outputs.indexOf(specs.get(input).name() + "_out"));
          assertEquals(sent.datatype(), received.datatype());
          assertArrayEquals(new int[] {3}, received.shape());
          assertEquals(sent.data(), received.data(), sent.datatype().name());
        }
        float[] matrix = rows.get(row).tensors().getLast().floats();
        Tensor swapped = answers.get(row).outputs().get(outputs.indexOf("matrix_out"));
        assertArrayEquals(new int[] {3, 2}, swapped.shape());
        for (int i = 0; i < 6; i++) {
          assertEquals(matrix[i % 2 * 3 + i / 2] + 1, swapped.floats()[i]);
        }
        Tensor brain = answers.get(row).outputs().get(outputs.indexOf("brain"));
        assertEquals(Datatype.FP32, brain.datatype());
        float[] whole =
            rows.get(row).tensors().get(List.of(Datatype.values()).indexOf(Datatype.FP32)).floats();
        for (int i = 0; i < 3; i++) {
          assertEquals(whole[i], brain.floats()[i], Math.abs(whole[i]) / 128);
        }
      }
    }
  }

  private static TensorRow oneOfEach(List<TensorSpec> specs, int seed) {
    Random random = new Random(seed);
    return new TensorRow(specs.stream().map(spec -> filled(spec, random)).toList());
  }

  /** Small whole numbers, which every kind has. */
  private static Tensor filled(TensorSpec spec, Random random) {
    int[] shape = spec.rowShape().stream().mapToInt(Integer::intValue).toArray();
    int elements = shape.length == 1 ? shape[0] : shape[0] * shape[1];
    ByteBuffer data =
        ByteBuffer.allocate(elements * spec.datatype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      int number = random.nextInt(spec.datatype() == Datatype.BOOL ? 2 : 100);
      switch (spec.datatype()) {
        case BOOL, UINT8, INT8 -> data.put((byte) number);
        case INT32 -> data.putInt(number);
        case INT64 -> data.putLong(number);
        case FP16 -> data.putShort(Float.floatToFloat16(number));
        case FP32 -> data.putFloat(number);
        case FP64 -> data.putDouble(number);
      }
    }
    return new Tensor(spec.datatype(), shape, data.flip());
  }

  @Test
  void batchesOfAnySizeRunWhateverItWasCompiledFor() throws Exception {
    try (ModelInstance lane = lane("bounds", THREE_FLOATS)) {
      for (int rows : new int[] {1, 2, 4, 5, 9}) {
        List<TensorRow> sent =
            Stream.iterate(1, i -> i + 1).limit(rows).map(i -> floats(i, -i, 0)).toList();
        List<Prediction> answers = TestModels.run(lane, sent);
        for (int row = 0; row < rows; row++) {
          assertArrayEquals(
              new float[] {2 * (row + 1), -2 * (row + 1), 0}, numbers(answers.get(row), 0));
        }
      }
    }
  }

  @Test
  void aTensorUnderTwoNamesIsGivenTwiceAndFreedOnce() throws Exception {
    try (ModelInstance lane = lane("twice", THREE_FLOATS)) {
      for (int pass = 0; pass < 20; pass++) {
        Prediction answer = TestModels.run(lane, List.of(floats(0, pass, 2))).getFirst();
        assertEquals((float) Math.sin(pass), numbers(answer, 0)[1], 1e-5F);
        assertArrayEquals(numbers(answer, 0), numbers(answer, 1));
      }
    }
  }

  // ---- lanes

  @Test
  void lanesRunAtOnceAndTheLastThatClosesFreesTheModel() throws Exception {
    EngineModel model = open("lookup", three(Datatype.INT64), 2);
    assertEquals(1, handles.open(Kind.CONTAINER));
    assertEquals(1, handles.open(Kind.LIBRARY));
    // CUDA's kernels are read from it when they are first run.
    assertEquals(CompiledModels.onGpu() ? 1 : 0, handles.open(Kind.FOLDER));
    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (ModelInstance lane : model.lanes()) {
        calls.add(
            () -> {
              for (int pass = 0; pass < 200; pass++) {
                together.await();
                int a = pass % 10;
                Prediction answer = TestModels.run(lane, List.of(longs(a, 3, 9 - a))).getFirst();
                assertArrayEquals(new float[] {a, 3, 9 - a}, numbers(answer, 0));
              }
              return true;
            });
      }
      for (Future<Boolean> ended : threads.invokeAll(calls)) {
        assertTrue(ended.get());
      }
    }
    model.lanes().getFirst().close();
    model.lanes().getFirst().close();
    assertEquals(1, handles.open(Kind.CONTAINER));
    assertThrows(
        IllegalStateException.class, () -> model.lanes().getFirst().forward(batch(longs(1, 1, 1))));
    assertArrayEquals(
        new float[] {1, 2, 3},
        numbers(TestModels.run(model.lanes().getLast(), List.of(longs(1, 2, 3))).getFirst(), 0));
    model.lanes().getLast().close();
  }

  // ---- failures

  @Test
  @DisabledIf(
      value = "io.ferry.CompiledModels#onGpu",
      disabledReason = "a GPU is lost by it: see GpuIT")
  void aPassThatFailsIsAFaultLeaksNothingAndTheNextOneRuns() throws Exception {
    try (ModelInstance lane = lane("lookup", three(Datatype.INT64))) {
      long before = 0;
      for (int i = 0; i < 300; i++) {
        PassResult failed = lane.forward(batch(longs(1, 2, 3), longs(1, 2, 77)));
        assertInstanceOf(PassResult.Faulted.class, failed);
        before = i == 50 ? ResidentMemory.mebibytes() : before;
      }
      assertEquals(0, handles.open(Kind.TENSOR));
      assertEquals(0, handles.open(Kind.ARENA));
      assertTrue(ResidentMemory.mebibytes() - before < 50);
      Prediction answer = TestModels.run(lane, List.of(longs(1, 2, 3))).getFirst();
      assertArrayEquals(new float[] {1, 2, 3}, numbers(answer, 0));
    }
  }

  @Test
  void memoryThatIsNotThereIsToldFromAFault() throws Exception {
    try (ModelInstance lane = lane("huge", THREE_FLOATS)) {
      TensorRow row = floats(1, 2, 3);
      TensorRow[] rows = Collections.nCopies(16_384, row).toArray(TensorRow[]::new);
      PassResult failed = lane.forward(batch(rows));
      if (failed instanceof PassResult.Faulted(Throwable cause)) {
        // A library of PyTorch before 2.12 tells nobody; the batch is halved all the same.
        String words = String.valueOf(cause.getMessage());
        assertTrue(words.contains("the library writes why to the standard error"), words);
        return;
      }
      PassResult.OutOfMemory full = assertInstanceOf(PassResult.OutOfMemory.class, failed);
      String words = String.valueOf(full.cause().getMessage());
      assertTrue(
          words.contains(CompiledModels.onGpu() ? "memory" : "can't allocate memory"), words);
    }
  }

  @Test
  void aRowOfAnotherShapeOrKindDoesNotReachNativeCode() throws Exception {
    try (ModelInstance lane = lane("bounds", THREE_FLOATS)) {
      assertInstanceOf(PassResult.Faulted.class, lane.forward(batch(floats(1, 2), floats(1, 2))));
      assertEquals(1, handles.open(Kind.CONTAINER));
    }
  }

  // ---- a device with memory of its own

  /** A lane over a pretend device; the model itself runs on the CPU. */
  private AotiLane onDevice(PretendCalls calls) throws Exception {
    Libtorch torch = new SharedLibtorch(Optional.of(models.libtorch()), new OnePyTorch()).get();
    Path file = file("bounds");
    PackageFacts facts = PackageFacts.read(CompiledPackage.metadata(file));
    CompiledModel model =
        new CompiledModel(facts, THREE_FLOATS, new AotiDevice.Cpu().numbered(torch.shim()), 1);
    Container container = Container.open(CompiledPackage.unpack(file, handles), 1, "cpu", handles);
    DeviceStream stream = new DeviceStream(calls, 0, handles);
    return new AotiLane(
        torch,
        container,
        model,
        stream,
        InputPacker.of(THREE_FLOATS, model.wanted(), stream.buffers()),
        handles);
  }

  @Test
  @DisabledIf(value = "io.ferry.CompiledModels#onGpu", disabledReason = "its passes are the CPU's")
  void batchesGoToTheDeviceAndBackAndAreWaitedForOnce() throws Exception {
    PretendCalls calls = new PretendCalls();
    try (AotiLane lane = onDevice(calls)) {
      for (int pass = 1; pass <= 3; pass++) {
        List<Prediction> answers =
            TestModels.run(lane, List.of(floats(1, 2, 3), floats(pass, 0, 0)));
        assertArrayEquals(new float[] {2, 4, 6}, numbers(answers.get(0), 0));
        assertArrayEquals(new float[] {2 * pass, 0, 0}, numbers(answers.get(1), 0));
        assertEquals(pass, Collections.frequency(calls.log(), "synchronize"));
      }
      assertEquals(1, Collections.frequency(calls.log(), "allocate"));
    }
    assertEquals(0, calls.open());
  }

  @Test
  @DisabledIf(value = "io.ferry.CompiledModels#onGpu", disabledReason = "its passes are the CPU's")
  void whatTheDeviceSaysDecidesWhatAFailureIs() throws Exception {
    PretendCalls calls = new PretendCalls();
    try (AotiLane lane = onDevice(calls)) {
      calls.fail("allocate", "CUDA runtime error 2: out of memory");
      assertInstanceOf(PassResult.OutOfMemory.class, lane.forward(batch(floats(1, 2, 3))));
      // Waited for: the buffers are filled again.
      assertEquals("synchronize", calls.log().getLast());
      calls.fail("", "");
      assertInstanceOf(PassResult.Done.class, lane.forward(batch(floats(1, 2, 3))));
      calls.fail("copyIn", "CUDA runtime error 1: invalid argument");
      assertInstanceOf(PassResult.Faulted.class, lane.forward(batch(floats(1, 2, 3))));
      calls.fail("synchronize", "CUDA runtime error 700: an illegal memory access was encountered");
      assertInstanceOf(PassResult.DeviceLost.class, lane.forward(batch(floats(1, 2, 3))));
      calls.fail("", "");
    }
    assertEquals(0, calls.open());
  }

  // ---- files

  @Test
  void whatDoesNotLoadLeavesNothingOpen(@TempDir Path scratch) throws Exception {
    Path cutOff = scratch.resolve("model.pt2");
    byte[] whole = Files.readAllBytes(file("bounds"));
    Files.write(cutOff, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertTrue(reason(cutOff).startsWith("model.pt2 is no package"), reason(cutOff));

    String metadata = CompiledPackage.metadata(file("bounds"));
    Path noCode =
        Packages.zip(
            scratch.resolve("no-code.pt2"),
            java.util.Map.of(
                Packages.PLACE + "a.wrapper.so",
                "no library",
                Packages.PLACE + "a.wrapper_metadata.json",
                metadata));
    assertTrue(reason(noCode).contains("cannot load model.pt2: it is damaged"), reason(noCode));
    assertFalse(reason(noCode).contains("/"), reason(noCode));

    Path ofAnother = other(scratch, metadata.replace("\\\"y\\\"", "\\\"z\\\""));
    assertTrue(reason(ofAnother).contains("what its metadata says"), reason(ofAnother));
  }

  private Path other(Path scratch, String metadata) throws IOException, ModelLoadException {
    Path file = scratch.resolve("other.pt2");
    try (CompiledPackage unpacked = CompiledPackage.unpack(file("bounds"), handles);
        var zip = new java.util.zip.ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new java.util.zip.ZipEntry(Packages.PLACE + "a.wrapper.so"));
      Files.copy(unpacked.library(), zip);
      zip.putNextEntry(new java.util.zip.ZipEntry(Packages.PLACE + "a.wrapper_metadata.json"));
      zip.write(metadata.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return file;
  }

  private String reason(Path file) {
    ModelLoadException refused =
        assertThrows(ModelLoadException.class, () -> engine().open(file, THREE_FLOATS, 2));
    assertEquals(0, handles.open());
    return refused.reason();
  }

  @Test
  void modelsThatAreLoadedAndFreedAgainAndAgainLeaveNothing() throws Exception {
    long before = 0;
    for (int i = 0; i < 100; i++) {
      try (ModelInstance lane = lane("bounds", THREE_FLOATS)) {
        assertArrayEquals(
            new float[] {2, 4, 6},
            numbers(TestModels.run(lane, List.of(floats(1, 2, 3))).getFirst(), 0));
      }
      before = i == 20 ? ResidentMemory.mebibytes() : before;
    }
    assertTrue(ResidentMemory.mebibytes() - before < 100);
  }
}
