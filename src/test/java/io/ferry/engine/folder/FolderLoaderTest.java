package io.ferry.engine.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.ferry.TestModels;
import io.ferry.engine.djl.TorchScriptEngine;
import io.ferry.inference.Input;
import io.ferry.model.Activation;
import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Pooling;
import io.ferry.model.Rerank;
import io.ferry.model.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model folder that cannot be served says why, and does no harm to the next one. */
class FolderLoaderTest {

  @TempDir private Path temporary = Path.of("");
  private TestFolder folder = new TestFolder(temporary);

  @BeforeEach
  void copyAGoodModel() throws IOException {
    folder = TestFolder.copy("faulty", temporary);
  }

  // ---- good ones

  @Test
  void aModelIsWhatItsFilesSay() throws ModelLoadException {
    try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
      assertEquals("some-model", model.spec().name());
      assertEquals("3", model.spec().version());
      assertEquals("pytorch_torchscript", model.spec().platform());
      assertEquals("fp32", model.spec().precision());
      assertEquals(4_096, model.spec().maxTokens());
      assertEquals(new Classify(List.of("tokens", "sum"), Activation.SOFTMAX), model.spec().task());
    }
  }

  @Test
  void whatAnOperatorSaysCountsMoreThanTheFiles() throws Exception {
    folder = TestFolder.copy("tiny-bert-embed", temporary);
    try (LoadedModel model = folder.load(TestFolder.options("", "cls", ""))) {
      assertEquals(new Embed(Pooling.CLS, List.of(), true, 32), model.spec().task());
    }
    try (LoadedModel model = folder.load(TestFolder.options("embed-all", "", ""))) {
      assertEquals(new EmbedAll(32), model.spec().task());
    }
    folder = TestFolder.copy("tiny-electra-regression", temporary);
    try (LoadedModel model = folder.load(TestFolder.options("rerank", "", "pytorch"))) {
      assertEquals(new Rerank(Activation.SIGMOID), model.spec().task());
    }
  }

  @Test
  void aModelWithoutATokenizerTakesTensors() throws Exception {
    folder = TestFolder.copy("tiny-vit", temporary);
    try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
      assertEquals(new Tensors(), model.spec().task());
      assertEquals("pixel_values", model.spec().signature().inputs().getFirst().name());
      assertEquals("logits", model.spec().signature().outputs().getFirst().name());
    }
  }

  // ---- files that are missing or broken

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          config.json    | the model folder has no config.json; it is the model's configuration as save_pretrained() of transformers writes it
          tokenizer.json | the model folder has no tokenizer.json; AutoTokenizer.from_pretrained(…).save_pretrained(…) of transformers makes it. A model without a tokenizer has a signature.json instead
          model.pt       | the model folder has no model.pt; src/main/python/export_model.py makes them
          """)
  void aMissingFileIsNamed(String file, String reason) throws IOException {
    Files.delete(folder.path().resolve(file));
    assertEquals(reason, folder.reason());
  }

  @ParameterizedTest
  @CsvSource({
    "config.json, 'config.json is not JSON, or cut off'",
    "tokenizer.json, 'tokenizer.json is not JSON, or cut off'",
    "model.pt, model.pt is no TorchScript that this PyTorch can load"
  })
  void aFileOfSomethingElseIsNamed(String file, String reason) throws IOException {
    folder.write(file, "{ something else");
    assertEquals(reason, folder.reason());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 700, 1_200})
  void aModelThatWasCutOffIsRefused(int bytes) throws IOException {
    Path model = folder.path().resolve("model.pt");
    Files.write(model, Arrays.copyOf(Files.readAllBytes(model), bytes));
    assertEquals("model.pt is no TorchScript that this PyTorch can load", folder.reason());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}", "[]", "{\"model\": {\"vocab\": {\"a\": 1}}", "7"})
  void aTokenizerThatWasCutOffIsRefused(String content) throws IOException {
    folder.write("tokenizer.json", content);
    assertTrue(folder.reason().startsWith("tokenizer.json "), folder.reason());
  }

  /** Opening a pipe waits for who writes into it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "modules.json",
        "signature.json",
        "manifest.json"
      })
  @EnabledOnOs(OS.LINUX)
  @Timeout(30)
  void aPipeInPlaceOfAFileIsNamed(String file) throws Exception {
    Files.deleteIfExists(folder.path().resolve(file));
    assertEquals(
        0, new ProcessBuilder("mkfifo", folder.path().resolve(file).toString()).start().waitFor());
    assertTrue(folder.reason().contains(file), folder.reason());
  }

  @Test
  void aFileThatIsMuchTooLargeIsNamed() throws IOException {
    folder.write("manifest.json", " ".repeat((16 << 20) + 1));
    assertEquals("manifest.json is larger than 16 MB, which no such file is", folder.reason());
  }

  @Test
  void aTokenizerOfAnotherModelIsRefused() throws IOException {
    Files.copy(
        TestModels.FOLDER.resolve("tiny-bert-embed/tokenizer.json"),
        folder.path().resolve("tokenizer.json"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertEquals(
        "tokenizer.json has token ids up to 419, the model's vocabulary (vocab_size in config.json)"
            + " has 8; they are not of one model",
        folder.reason());
  }

  @Test
  void aModelThatWantsOtherInputsIsRefused() throws IOException {
    Files.copy(
        TestModels.FOLDER.resolve("tiny-vit/model.pt"),
        folder.path().resolve("model.pt"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertEquals(
        "the model takes an input \"pixel_values\"; a model with a tokenizer gets input_ids,"
            + " attention_mask, token_type_ids",
        folder.reason());
  }

  // ---- signature.json

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                                          | signature.json: inputs must be a list of tensors, each with name, datatype and shape
          {"inputs": []}                                                              | signature.json: inputs must be a list of tensors, each with name, datatype and shape
          {"inputs": [{"datatype": "FP32", "shape": [-1]}]}                           | signature.json: inputs[0].name must be a name
          {"inputs": [{"name": "a", "datatype": "FP8", "shape": [-1]}]}               | signature.json: inputs[0].datatype must be one of [BOOL, UINT8, INT8, INT32, INT64, FP16, FP32, FP64]
          {"inputs": [{"name": "a", "datatype": "BF16", "shape": [-1]}]}              | signature.json: inputs[0].datatype must be one of [BOOL, UINT8, INT8, INT32, INT64, FP16, FP32, FP64]
          {"inputs": [{"name": "a", "datatype": "FP32"}]}                             | signature.json: inputs[0].shape must be a list of lengths that begins with the batch axis, -1
          {"inputs": [{"name": "a", "datatype": "FP32", "shape": [2, 3]}]}            | signature.json: inputs[0].shape must be a list of lengths that begins with the batch axis, -1
          {"inputs": [{"name": "a", "datatype": "FP32", "shape": [-1, 0]}]}           | signature.json: inputs[0].shape must be a list of lengths, -1 where one varies
          {"inputs": [{"name": "a", "datatype": "FP32", "shape": [-1, "x"]}]}         | signature.json: inputs[0].shape must be a list of lengths, -1 where one varies
          {"inputs": [{"name": "a", "datatype": "FP32", "shape": [-1]}, {"name": "a", "datatype": "FP32", "shape": [-1]}]} | signature.json: inputs must be tensors of different names; there are two "a"
          {"inputs": [{"name": "a", "datatype": "FP32", "shape": [-1, 3, -1], "example": [1, 3, 7]}]} | signature.json: inputs[0].example must be the shape of one row, without the batch axis, that fits [3, -1]
          {"inputs": [{"name": "a", "datatype": "FP32", "shape": [-1, 3, -1], "example": [4, 7]}]}    | signature.json: inputs[0].example must be the shape of one row, without the batch axis, that fits [3, -1]
          {"inputs": [{"name": "a", "datatype": "FP32", "shape": [-1, 3, -1], "example": [3, 0]}]}    | signature.json: inputs[0].example must be the shape of one row, without the batch axis, that fits [3, -1]
          {"inputs": [{"name": "numbers", "datatype": "FP32", "shape": [-1, 4]}]}     | the model takes 3 inputs (numbers, codes, member), signature.json describes 1 (numbers)
          {"inputs"                                                                   | signature.json is not JSON, or cut off
          """)
  void aSignatureThatCannotBeIsNamed(String content, String reason) throws IOException {
    folder = TestFolder.copy("tiny-tabular", temporary);
    Files.delete(folder.path().resolve("manifest.json"));
    folder.write("signature.json", content);
    assertEquals(reason, folder.reason());
  }

  @Test
  void anExampleHasTheShapeThatTheSignatureSays() throws Exception {
    folder = TestFolder.copy("tiny-vit", temporary);
    folder.write(
        "signature.json",
        """
        {"inputs": [{"name": "pixel_values", "datatype": "FP32", "shape": [-1, 3, -1, -1], "example": [3, 32, 16]}],
         "outputs": []}
        """);
    try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
      assertEquals(List.of(3, 32, 16), exampleShape(model));
    }
    folder.write(
        "signature.json",
        "{\"inputs\": [{\"name\": \"pixel_values\", \"datatype\": \"FP32\", \"shape\": [-1, 3, -1, -1]}]}");
    try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
      assertEquals(List.of(3, 1, 1), exampleShape(model));
    }
  }

  private static List<Integer> exampleShape(LoadedModel model) {
    Input.Tensors tensors = assertInstanceOf(Input.Tensors.class, model.example());
    return Arrays.stream(tensors.tensors().getFirst().tensor().shape()).boxed().toList();
  }

  // ---- the manifest

  @Test
  void aFileThatIsNotWhatTheManifestSaysIsRefused() throws Exception {
    folder = TestFolder.copy("tiny-roberta-classify", temporary);
    Path model = folder.path().resolve("model.pt");
    byte[] changed = Files.readAllBytes(model);
    changed[changed.length / 2] ^= 1;
    Files.write(model, changed);
    assertEquals(
        "model.pt is not the file that manifest.json describes (its sha256 differs); copy it again"
            + " or export anew",
        folder.reason());
    folder.write("manifest.json", "{\"files\": {\"model.pt.data\": {\"sha256\": \"00\"}}}");
    assertEquals("manifest.json lists model.pt.data, which is missing", folder.reason());
    changed[changed.length / 2] ^= 1;
    Files.write(model, changed);
    Files.copy(model, folder.path().resolve("model.pt.data"));
    folder.write("manifest.json", "{\"files\": {\"model.pt.data\": {\"precision\": \"fp32\"}}}");
    folder.load(FolderOptions.AUTO).close();
    folder.write("manifest.json", "nonsense");
    assertEquals("manifest.json is not JSON, or cut off", folder.reason());
  }

  @Test
  void aReducedPrecisionIsSaid() throws Exception {
    folder.write("manifest.json", "{\"files\": {\"model.onnx\": {}}, \"task\": \"classify\"}");
    try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
      assertEquals("fp32", model.spec().precision());
    }
    assertEquals(
        "int8",
        new Manifest(
                Optional.of(
                    new JsonFile(
                        "manifest.json",
                        new ObjectMapper()
                            .readTree("{\"files\": {\"model.pt\": {\"precision\": \"int8\"}}}"))))
            .precision("model.pt"));
  }

  // ---- devices

  @Test
  void aDeviceThatIsNotThereIsNamed() {
    ModelLoadException failed =
        assertThrows(
            ModelLoadException.class,
            () -> folder.load(new TorchScriptEngine("gpu:99", 1), FolderOptions.AUTO));
    assertTrue(failed.reason().contains("gpu:99"), failed::reason);
  }
}
