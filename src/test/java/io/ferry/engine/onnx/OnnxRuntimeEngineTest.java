package io.ferry.engine.onnx;

import static io.ferry.engine.onnx.TestFiles.THREE_FLOATS;
import static io.ferry.engine.onnx.TestFiles.TOKENS;
import static io.ferry.engine.onnx.TestFiles.file;
import static io.ferry.engine.onnx.TestFiles.open;
import static io.ferry.engine.onnx.TestFiles.tensors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.ferry.batching.ModelInstance;
import io.ferry.engine.EngineModel;
import io.ferry.engine.RowLayout;
import io.ferry.inference.Datatype;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Signature;
import io.ferry.model.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file takes and gives, and why one cannot be served. */
class OnnxRuntimeEngineTest {

  private static final String ALL = "BOOL, UINT8, INT8, INT32, INT64, FP16, FP32, FP64";
  private static final String NO_ONNX = "model.onnx is not an ONNX file, or is cut off";

  @TempDir Path folder;

  @Test
  void aModelIsWhatItsFileSays() throws ModelLoadException {
    EngineModel model = open("attention", TOKENS);
    model.lanes().forEach(ModelInstance::close);

    assertEquals(
        new Signature(
            List.of(
                new TensorSpec("input_ids", Datatype.INT64, List.of(-1, -1)),
                new TensorSpec("attention_mask", Datatype.INT64, List.of(-1, -1))),
            List.of(
                new TensorSpec("token_vectors", Datatype.FP32, List.of(-1, -1, 16)),
                new TensorSpec("mean", Datatype.FP32, List.of(-1, 16)))),
        model.signature());
  }

  @Test
  void outputsAreEmptyWhereTheFileLeavesTheirAxesOpen() throws ModelLoadException {
    EngineModel model = open("untold-output", THREE_FLOATS);
    model.lanes().forEach(ModelInstance::close);

    assertEquals(List.of(), model.signature().outputs());
  }

  @Test
  void aModelHasAnInstanceForEachLane() throws ModelLoadException {
    EngineModel model = new OnnxRuntimeEngine("cpu", 1).open(file("sums"), TOKENS, 3);
    model.lanes().forEach(ModelInstance::close);

    assertEquals(3, model.lanes().stream().distinct().count());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fixed-batch     | the model was exported with a fixed batch of 1 (input "x"); export it with a dynamic batch axis
          no-batch-axis   | the model takes "x" with the shape []; every input needs a batch axis first and no axis of length 0
          uint16-input    | the model takes "x" as UINT16; Ferry takes %ALL%
          bf16-input      | the model takes "x" as BFLOAT16; Ferry takes %ALL%
          uint64-output   | the model gives "y" as UINT64; Ferry takes %ALL%
          string-output   | the model gives "y" as STRING; Ferry takes %ALL%
          sequence-output | the model gives "y" as a sequence or a map; Ferry takes tensors alone
          several         | the model takes 2 inputs (matrix, vector), signature.json describes 1 (x)
          """)
  void whatAFileCannotBeServedForIsNamed(String name, String reason) {
    assertEquals(reason.replace("%ALL%", ALL), reason(name, THREE_FLOATS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fixed-sequence   | the model was exported with a fixed sequence of 16 (input "input_ids"); export it with a dynamic sequence axis
          tokens-of-rank-3 | the model takes "input_ids" with 3 axes; tokens have two, [batch, sequence]
          untold-output    | the model takes an input "x"; a model with a tokenizer gets input_ids, attention_mask, token_type_ids
          """)
  void aModelOfTextsTakesMatricesOfTokens(String name, String reason) {
    assertEquals(reason, reason(name, TOKENS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FP32 | -1,4   | the model takes "x" with the shape [-1, 3], signature.json says [-1, 4]
          FP32 | -1,-1  | the model takes "x" with the shape [-1, 3], signature.json says [-1, -1]
          FP32 | -1,3,1 | the model takes "x" with the shape [-1, 3], signature.json says [-1, 3, 1]
          FP64 | -1,3   | the model takes x as FP32, signature.json says FP64
          """)
  void aSignatureThatIsNotTheFilesIsRefused(Datatype datatype, String shape, String reason) {
    List<Integer> axes = Arrays.stream(shape.split(",")).map(Integer::parseInt).toList();

    assertEquals(reason, reason("untold-output", tensors(new TensorSpec("x", datatype, axes))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          unknown-operator     | model.onnx uses an operator that ONNX Runtime %VERSION% has not, or not for this device
          opset-of-the-future  | model.onnx is of a newer ONNX than ONNX Runtime %VERSION% knows; export it with an older opset
          format-of-the-future | model.onnx is of a newer ONNX than ONNX Runtime %VERSION% knows; export it with an older opset
          weights-elsewhere    | the files with the weights of model.onnx are missing beside it, or are cut off
          """)
  void whatTheLibraryRefusesIsSaidWithoutItsText(String name, String reason)
      throws ModelLoadException {
    String version = OnnxRuntime.start().getVersion();

    assertEquals(reason.replace("%VERSION%", version), reason(name, THREE_FLOATS));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 100, 1_000, 3_000, 7_000, 7_300})
  void aFileThatWasCutOffIsRefusedWithoutNativeText(int bytes) throws IOException {
    Path cut = folder.resolve("model.onnx");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(file("attention")), bytes));

    assertEquals(NO_ONNX, reason(cut, TOKENS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{ something else", "PK\u0003\u0004", "\u0000\u0000\u0000"})
  void aFileOfSomethingElseIsRefused(String content) throws IOException {
    Path other = folder.resolve("model.onnx");
    Files.writeString(other, content);

    assertEquals(NO_ONNX, reason(other, TOKENS));
  }

  @Test
  void aGpuThatIsNotThereIsNamed() {
    String reason = gpuReason("gpu:99");

    assertTrue(reason.contains("gpu:99"), reason);
  }

  @Test
  void aGpuNeedsTheProfile() throws ModelLoadException {
    OnnxRuntime.start();
    assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA));

    assertEquals(
        "this Ferry has ONNX Runtime for CPUs alone; to run model.onnx on gpu:0, build it with"
            + " -Ponnxruntime-gpu",
        gpuReason("gpu:0"));
  }

  private static String gpuReason(String device) {
    return assertThrows(
            ModelLoadException.class,
            () -> new OnnxRuntimeEngine(device, 1).open(file("sums"), TOKENS, 1))
        .reason();
  }

  private static String reason(String name, RowLayout layout) {
    return reason(file(name), layout);
  }

  private static String reason(Path file, RowLayout layout) {
    return assertThrows(
            ModelLoadException.class, () -> new OnnxRuntimeEngine("cpu", 1).open(file, layout, 1))
        .reason();
  }
}
