package io.ferry.engine.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.model.Activation;
import io.ferry.model.Classify;
import io.ferry.model.Encoder.Encoded;
import io.ferry.model.EncodingException;
import io.ferry.model.LoadedModel;
import io.ferry.model.Rerank;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the files of a model with a tokenizer mean together. */
class TextModelTest {

  @TempDir private Path temporary = Path.of("");
  private TestFolder folder = new TestFolder(temporary);

  @BeforeEach
  void copyAGoodModel() throws IOException {
    folder = TestFolder.copy("faulty", temporary);
  }

  // ---- tokenizers

  /** Where both say something, transformers and the tokenizers' library go by different files. */
  @Test
  void twoFilesThatContradictEachOtherAreRefused() throws Exception {
    folder = TestFolder.copy("tiny-roberta-classify", temporary);
    folder.write("tokenizer_config.json", "{\"add_prefix_space\": true}");
    assertEquals(
        "tokenizer_config.json says add_prefix_space true, and tokenizer.json add_prefix_space false;"
            + " AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER) of transformers makes"
            + " them agree",
        folder.reason());
    for (String goodOne :
        List.of(
            "{\"add_prefix_space\": false, \"do_lower_case\": true}",
            "{\"add_prefix_space\": true, \"tokenizer_class\": \"TokenizersBackend\"}")) {
      folder.write("tokenizer_config.json", goodOne);
      folder.load(FolderOptions.AUTO).close();
    }
  }

  /** Only texts with such a token in them are refused, see TextEncoder. */
  @Test
  void addedTokensMayBeBeyondTheVocabulary() throws Exception {
    folder = TestFolder.copy("tiny-bert-embed", temporary);
    ObjectNode tokenizer = folder.json("tokenizer.json");
    tokenizer
        .withArray("added_tokens")
        .addObject()
        .put("id", 420)
        .put("content", "<image>")
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
    folder.write("tokenizer.json", tokenizer.toString());
    try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
      assertInstanceOf(
          Encoded.Row.class,
          model.encoder().encode(new Input.Text("a ferry"), EncodingOptions.DEFAULT));
      assertThrows(
          EncodingException.class,
          () -> model.encoder().encode(new Input.Text("an <image>"), EncodingOptions.DEFAULT));
    }
  }

  @Test
  void tokenTypesThatTheModelHasNotAreRefused() throws Exception {
    folder = TestFolder.copy("tiny-bert-rerank", temporary);
    ObjectNode config = folder.json("config.json");
    folder.write("config.json", config.put("type_vocab_size", 1).toString());
    Input pair = new Input.Pair("a", "b");
    try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
      assertInstanceOf(
          Encoded.Refused.class, model.encoder().encode(pair, EncodingOptions.DEFAULT));
    }
    // What the model does not look up does no harm.
    folder.write("config.json", config.put("type_vocab_size", 0).toString());
    try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
      assertInstanceOf(Encoded.Row.class, model.encoder().encode(pair, EncodingOptions.DEFAULT));
    }
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
    folder.write(
        "config.json", "{\"architectures\": [\"%s\"], \"vocab_size\": 8}".formatted(architecture));
    assertEquals(reason, folder.reason());
  }

  @Test
  void whatIsSetMustBePossible() throws IOException {
    assertTrue(
        folder
            .reason(TestFolder.options("", "", "onnxruntime"))
            .startsWith("ferry.engine is onnxruntime"));
    assertTrue(folder.reason(TestFolder.options("tensors", "", "")).contains("no signature.json"));
  }

  /** Where they are the default, transformers does not write them down. */
  @Test
  void aClassifierOfTwoLabelsMayLeaveThemOut() throws Exception {
    folder.write(
        "config.json",
        "{\"vocab_size\": 8, \"architectures\": [\"BertForSequenceClassification\"]}");
    try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
      assertEquals(
          new Classify(List.of("LABEL_0", "LABEL_1"), Activation.SOFTMAX), model.spec().task());
    }
  }

  /** The softmax of one number is 1, whatever it is. */
  @Test
  void aClassifierOfOneLabelHasTheSigmoid() throws Exception {
    folder = TestFolder.copy("tiny-bert-rerank", temporary);
    try (LoadedModel model = folder.load(TestFolder.options("classify", "", ""))) {
      assertEquals(
          Activation.SIGMOID, assertInstanceOf(Classify.class, model.spec().task()).activation());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "torch.nn.modules.linear.Identity, NONE",
    "torch.nn.modules.activation.Sigmoid, SIGMOID",
    "torch.nn.modules.activation.Tanh, ''",
    "own.Identity, ''"
  })
  void aCrossEncodersActivationIsAppliedOrRefused(String function, String activation)
      throws Exception {
    folder = TestFolder.copy("tiny-bert-rerank", temporary);
    folder.write("modules.json", TestFolder.chain("Transformer"));
    folder.write(
        "config_sentence_transformers.json",
        "{\"model_type\": \"CrossEncoder\", \"activation_fn\": \"%s\"}".formatted(function));
    if (activation.isEmpty()) {
      assertEquals(
          "the cross encoder has the activation %s; Ferry has PyTorch's Sigmoid and Identity"
              .formatted(function),
          folder.reason());
    } else {
      try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
        assertEquals(new Rerank(Activation.valueOf(activation)), model.spec().task());
      }
    }
  }
}
