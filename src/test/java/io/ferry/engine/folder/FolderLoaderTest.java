package io.ferry.engine.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.TestModels;
import io.ferry.engine.Engine;
import io.ferry.engine.djl.HuggingFaceTokenizers;
import io.ferry.engine.djl.TorchScriptEngine;
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
import java.util.stream.Stream;
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

  @TempDir Path temporary;
  private Path folder = Path.of("");

  @BeforeEach
  void copyAGoodModel() throws IOException {
    folder = copy("faulty");
  }

  private Path copy(String name) throws IOException {
    Path from = TestModels.FOLDER.resolve(name);
    Path to = temporary.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  private static FolderOptions options(String task, String pooling, String engine) {
    return new FolderOptions(given(task), given(pooling), given(engine));
  }

  private static Optional<String> given(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  private static LoadedModel load(Path from, FolderOptions options) throws ModelLoadException {
    return load(new TorchScriptEngine("cpu", 1), from, options);
  }

  private static LoadedModel load(Engine engine, Path from, FolderOptions options)
      throws ModelLoadException {
    return new FolderLoader(List.of(engine), HuggingFaceTokenizers::open, 1)
        .load("some-model", "3", from, options);
  }

  private String reason() {
    return reason(FolderOptions.AUTO);
  }

  private String reason(FolderOptions options) {
    return assertThrows(ModelLoadException.class, () -> load(folder, options)).reason();
  }

  private void write(String file, String content) throws IOException {
    Files.createDirectories(folder.resolve(file).getParent());
    Files.writeString(folder.resolve(file), content);
  }

  // ---- good ones

  @Test
  void aModelIsWhatItsFilesSay() throws ModelLoadException {
    try (LoadedModel model = load(folder, FolderOptions.AUTO)) {
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
    folder = copy("tiny-bert-embed");
    try (LoadedModel model = load(folder, options("", "cls", ""))) {
      assertEquals(new Embed(Pooling.CLS, List.of(), true, 32), model.spec().task());
    }
    try (LoadedModel model = load(folder, options("embed-all", "", ""))) {
      assertEquals(new EmbedAll(32), model.spec().task());
    }
    folder = copy("tiny-electra-regression");
    try (LoadedModel model = load(folder, options("rerank", "", "pytorch"))) {
      assertEquals(new Rerank(Activation.SIGMOID), model.spec().task());
    }
  }

  @Test
  void aModelWithoutATokenizerTakesTensors() throws Exception {
    folder = copy("tiny-vit");
    try (LoadedModel model = load(folder, FolderOptions.AUTO)) {
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
    Files.delete(folder.resolve(file));
    assertEquals(reason, reason());
  }

  @ParameterizedTest
  @CsvSource({
    "config.json, 'config.json is not JSON, or cut off'",
    "tokenizer.json, 'tokenizer.json is not JSON, or cut off'",
    "model.pt, model.pt is no TorchScript that this PyTorch can load"
  })
  void aFileOfSomethingElseIsNamed(String file, String reason) throws IOException {
    write(file, "{ something else");
    assertEquals(reason, reason());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 700, 1_200})
  void aModelThatWasCutOffIsRefused(int bytes) throws IOException {
    Path model = folder.resolve("model.pt");
    Files.write(model, Arrays.copyOf(Files.readAllBytes(model), bytes));
    assertEquals("model.pt is no TorchScript that this PyTorch can load", reason());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}", "[]", "{\"model\": {\"vocab\": {\"a\": 1}}", "7"})
  void aTokenizerThatWasCutOffIsRefused(String content) throws IOException {
    write("tokenizer.json", content);
    assertTrue(reason().startsWith("tokenizer.json "), reason());
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
    Files.deleteIfExists(folder.resolve(file));
    assertEquals(
        0, new ProcessBuilder("mkfifo", folder.resolve(file).toString()).start().waitFor());
    assertTrue(reason().contains(file), reason());
  }

  @Test
  void aFileThatIsMuchTooLargeIsNamed() throws IOException {
    write("manifest.json", " ".repeat((16 << 20) + 1));
    assertEquals("manifest.json is larger than 16 MB, which no such file is", reason());
  }

  @Test
  void aTokenizerOfAnotherModelIsRefused() throws IOException {
    Files.copy(
        TestModels.FOLDER.resolve("tiny-bert-embed/tokenizer.json"),
        folder.resolve("tokenizer.json"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertEquals(
        "tokenizer.json has token ids up to 419, the model's vocabulary (vocab_size in config.json)"
            + " has 8; they are not of one model",
        reason());
  }

  @Test
  void aModelThatWantsOtherInputsIsRefused() throws IOException {
    Files.copy(
        TestModels.FOLDER.resolve("tiny-vit/model.pt"),
        folder.resolve("model.pt"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertEquals(
        "the model takes an input \"pixel_values\"; a model with a tokenizer gets input_ids,"
            + " attention_mask, token_type_ids",
        reason());
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
          {"inputs": [{"name": "numbers", "datatype": "FP32", "shape": [-1, 4]}]}     | the model takes 3 inputs (numbers, codes, member), signature.json describes 1 (numbers)
          {"inputs"                                                                   | signature.json is not JSON, or cut off
          """)
  void aSignatureThatCannotBeIsNamed(String content, String reason) throws IOException {
    folder = copy("tiny-tabular");
    Files.delete(folder.resolve("manifest.json"));
    write("signature.json", content);
    assertEquals(reason, reason());
  }

  // ---- sentence-transformers

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          modules.json          | [{"type": "sentence_transformers.models.LSTM", "path": "1_LSTM"}]    | modules.json names a module sentence_transformers.models.LSTM; Ferry has Transformer, Pooling, Dense and Normalize
          modules.json          | [{"type": "x.Pooling", "path": "../other"}]                            | modules.json: path must be a folder inside the model's folder
          modules.json          | [{"type": "x.Pooling", "path": "1_Other"}]                             | the model folder has no 1_Other/config.json; modules.json names it; copy the model's folder whole
          1_Pooling/config.json | {"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}     | 1_Pooling/config.json pools by
          1_Pooling/config.json | {}                                                                      | 1_Pooling/config.json pools by nothing; Ferry has one of cls, mean, max or lasttoken
          1_Pooling/config.json | {"pooling_mode": "weightedmean"}                                        | 1_Pooling/config.json pools by weightedmean; Ferry has one of cls, mean, max or lasttoken
          1_Pooling/config.json | {"pooling_mode": 7}                                                     | 1_Pooling/config.json: pooling_mode must be a text
          1_Pooling/config.json | {"pooling_mode": "mean", "include_prompt": false}                       | 1_Pooling/config.json leaves prompts out of pooling (include_prompt); Ferry pools all tokens
          tokenizer_config.json | {"padding_side": "middle"}                                              | tokenizer_config.json: padding_side must be "left" or "right"
          tokenizer_config.json | {"model_max_length": -4}                                                | tokenizer_config.json: model_max_length must be a whole number from 1
          sentence_bert_config.json | {"max_seq_length": "long"}                                          | sentence_bert_config.json: max_seq_length must be a whole number from 1
          config_sentence_transformers.json | {"prompts": {"a": 3}}                                       | config_sentence_transformers.json: prompts must be texts by their names
          config_sentence_transformers.json | {"default_prompt_name": "a"}                                | config_sentence_transformers.json: default_prompt_name must be the name of a prompt
          """)
  void sentenceTransformersFilesThatCannotBeAreNamed(String file, String content, String reason)
      throws IOException {
    folder = copy("tiny-bert-embed");
    write(file, content);
    assertTrue(reason().startsWith(reason), reason());
  }

  @Test
  void aDenseModuleMustFitItsWeights() throws IOException {
    folder = copy("tiny-deberta-embed");
    Path weights = folder.resolve("2_Dense/model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length - 1));
    assertEquals("2_Dense/model.safetensors is cut off", reason());
    Files.write(weights, new byte[3]);
    assertEquals("2_Dense/model.safetensors is cut off", reason());
    Files.delete(weights);
    assertTrue(reason().contains("no 2_Dense/model.safetensors"), reason());
    Files.write(weights, whole);
    write("2_Dense/config.json", "{\"in_features\": 8, \"out_features\": 16}");
    assertTrue(
        reason().contains("linear.weight has 512 numbers, the configuration says 128"), reason());
    write(
        "2_Dense/config.json",
        "{\"in_features\": 32, \"out_features\": 16, \"activation_function\": \"torch.nn.GELU\"}");
    assertTrue(reason().contains("Ferry has Identity, Tanh, ReLU and Sigmoid"), reason());
  }

  // ---- tasks

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          LlamaForCausalLM             | LlamaForCausalLM generates text; Ferry serves models that answer in a single pass (embeddings, classifiers, rerankers)
          T5ForConditionalGeneration   | T5ForConditionalGeneration generates text; Ferry serves models that answer in a single pass (embeddings, classifiers, rerankers)
          BertForTokenClassification   | BertForTokenClassification is of a kind that Ferry does not serve as it is; with ferry.task=embed-all it answers with the numbers of each token
          BertModel                    | config.json: hidden_size must be a whole number from 1
          """)
  void whatFerryDoesNotServeIsNamed(String architecture, String reason) throws IOException {
    write(
        "config.json", "{\"architectures\": [\"%s\"], \"vocab_size\": 8}".formatted(architecture));
    assertEquals(reason, reason());
  }

  @Test
  void whatIsSetMustBePossible() throws IOException {
    assertTrue(reason(options("", "", "onnxruntime")).startsWith("ferry.engine is onnxruntime"));
    assertTrue(reason(options("tensors", "", "")).contains("no signature.json"));
    write("config.json", "{\"vocab_size\": 8}");
    assertTrue(reason(options("classify", "", "")).contains("no id2label"));
  }

  // ---- the manifest

  @Test
  void aFileThatIsNotWhatTheManifestSaysIsRefused() throws IOException {
    folder = copy("tiny-roberta-classify");
    Path model = folder.resolve("model.pt");
    byte[] changed = Files.readAllBytes(model);
    changed[changed.length / 2] ^= 1;
    Files.write(model, changed);
    assertEquals(
        "model.pt is not the file that manifest.json describes (its sha256 differs); copy it again"
            + " or export anew",
        reason());
    write("manifest.json", "{\"files\": {\"model.pt.data\": {\"sha256\": \"00\"}}}");
    assertEquals("manifest.json lists model.pt.data, which is missing", reason());
    write("manifest.json", "nonsense");
    assertEquals("manifest.json is not JSON, or cut off", reason());
  }

  @Test
  void aReducedPrecisionIsSaid() throws Exception {
    write("manifest.json", "{\"files\": {\"model.onnx\": {}}, \"task\": \"classify\"}");
    try (LoadedModel model = load(folder, FolderOptions.AUTO)) {
      assertEquals("fp32", model.spec().precision());
    }
    assertEquals(
        "int8",
        new Manifest(
                Optional.of(
                    new JsonFile(
                        "manifest.json",
                        new com.fasterxml.jackson.databind.ObjectMapper()
                            .readTree("{\"files\": {\"model.pt\": {\"precision\": \"int8\"}}}"))))
            .precision("model.pt"));
  }

  // ---- devices

  @Test
  void aDeviceThatIsNotThereIsNamed() {
    ModelLoadException failed =
        assertThrows(
            ModelLoadException.class,
            () -> load(new TorchScriptEngine("gpu:99", 1), folder, FolderOptions.AUTO));
    assertTrue(failed.reason().contains("gpu:99"), failed::reason);
  }
}
