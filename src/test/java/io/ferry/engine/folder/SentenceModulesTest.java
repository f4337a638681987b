package io.ferry.engine.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.model.Embed;
import io.ferry.model.LoadedModel;
import io.ferry.model.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What sentence-transformers writes is applied as it does, or refused with a reason. */
class SentenceModulesTest {

  @TempDir private Path temporary = Path.of("");
  private TestFolder folder = new TestFolder(temporary);

  @BeforeEach
  void copyAGoodModel() throws IOException {
    folder = TestFolder.copy("faulty", temporary);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          modules.json          | [{"type": "sentence_transformers.models.LSTM", "path": "1_LSTM"}]    | modules.json names a module sentence_transformers.models.LSTM; Ferry has Transformer, Pooling, Dense and Normalize
          modules.json          | [{"type": "pylate.models.Dense.Dense", "path": ""}]                    | modules.json names a module pylate.models.Dense.Dense; Ferry has Transformer, Pooling, Dense and Normalize of sentence-transformers
          modules.json          | [{"type": "custom_st.Transformer", "path": ""}]                        | modules.json names a module custom_st.Transformer; Ferry has
          modules.json          | []                                                                      | modules.json lists nothing; Ferry applies Transformer, Pooling, then any Dense, then Normalize, in this order
          modules.json          | [{"type": "sentence_transformers.a.Transformer"}, {"type": "sentence_transformers.b.Pooling", "path": "../other"}] | modules.json: path must be a folder inside the model's folder
          modules.json          | [{"type": "sentence_transformers.a.Transformer"}, {"type": "sentence_transformers.b.Pooling", "path": "1_Other"}]  | the model folder has no 1_Other/config.json; modules.json names it; copy the model's folder whole
          modules.json          | [{"type": "sentence_transformers.models.Transformer", "path": ""}]      | modules.json has no Pooling, so nothing says how a text becomes one vector
          1_Pooling/config.json | {"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}     | 1_Pooling/config.json pools by
          1_Pooling/config.json | {"pooling_mode": ["mean", "cls"]}                                       | 1_Pooling/config.json pools by mean and cls; Ferry has one of cls, mean, max or lasttoken
          1_Pooling/config.json | {"pooling_mode": "weightedmean"}                                        | 1_Pooling/config.json pools by weightedmean; Ferry has one of cls, mean, max or lasttoken
          1_Pooling/config.json | {"pooling_mode": 7}                                                     | 1_Pooling/config.json: pooling_mode must be a text
          1_Pooling/config.json | {"pooling_mode": "mean", "include_prompt": false}                       | 1_Pooling/config.json leaves prompts out of pooling (include_prompt); Ferry pools all tokens
          2_Normalize/config.json | {"module_input_name": "token_embeddings"}                             | 2_Normalize/config.json has the module_input_name token_embeddings; Ferry applies it to sentence_embedding
          2_Normalize/config.json | {"module_output_name": "other"}                                       | 2_Normalize/config.json has the module_output_name other
          tokenizer_config.json | {"truncation_side": "middle"}                                           | tokenizer_config.json: truncation_side must be "left" or "right"
          tokenizer_config.json | {"do_lower_case": false}                                                | tokenizer_config.json says do_lower_case false, and tokenizer.json lowercase true; AutoTokenizer
          tokenizer_config.json | {"model_max_length": -4}                                                | tokenizer_config.json: model_max_length must be a whole number from 1
          sentence_bert_config.json | {"max_seq_length": "long"}                                          | sentence_bert_config.json: max_seq_length must be a whole number from 1
          config_sentence_transformers.json | {"prompts": {"a": 3}}                                       | config_sentence_transformers.json: prompts must be texts by their names
          config_sentence_transformers.json | {"model_type": "CrossEncoder"}                              | config_sentence_transformers.json says that the modules Transformer, Pooling, Normalize are a CrossEncoder
          config_sentence_transformers.json | {"model_type": "SparseEncoder"}                             | config_sentence_transformers.json says that the modules Transformer, Pooling, Normalize are a SparseEncoder
          config_sentence_transformers.json | {"default_prompt_name": "a"}                                | config_sentence_transformers.json: default_prompt_name must be the name of a prompt
          """)
  void sentenceTransformersFilesThatCannotBeAreNamed(String file, String content, String reason)
      throws IOException {
    folder = TestFolder.copy("tiny-bert-embed", temporary);
    folder.write(file, content);
    assertTrue(folder.reason().startsWith(reason), folder.reason());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Pooling, Transformer",
        "Transformer, Transformer, Pooling",
        "Transformer, Pooling, Pooling",
        "Transformer, Dense, Pooling",
        "Transformer, Pooling, Normalize, Dense",
        "Transformer, Pooling, Normalize, Normalize",
        "Transformer, Dense"
      })
  void aChainInAnotherOrderIsRefused(String kinds) throws IOException {
    folder = TestFolder.copy("tiny-bert-embed", temporary);
    folder.write("modules.json", TestFolder.chain(kinds));
    assertEquals(
        "modules.json lists %s; Ferry applies Transformer, Pooling, then any Dense, then Normalize, in this order: export with --pooled, which puts them all into the file"
            .formatted(kinds),
        folder.reason());
  }

  /** As the library reads it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                            | MEAN
          {"pooling_mode_cls_token": false}                             | MEAN
          {"pooling_mode_max_tokens": true}                             | MAX
          {"pooling_mode": ["lasttoken"]}                               | LAST
          {"pooling_mode": "cls", "pooling_mode_mean_tokens": true}     | CLS
          {"pooling_mode": null, "pooling_mode_cls_token": true}        | CLS
          """)
  void poolingIsReadAsTheLibraryReadsIt(String config, Pooling pooling) throws Exception {
    folder = TestFolder.copy("tiny-bert-embed", temporary);
    folder.write("1_Pooling/config.json", config);
    try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
      assertEquals(new Embed(pooling, List.of(), true, 32), model.spec().task());
    }
  }

  @Test
  void aModelMaySayItsSizeInThePoolingAlone() throws Exception {
    folder = TestFolder.copy("tiny-bert-embed", temporary);
    folder.withoutFields("config.json", "hidden_size");
    try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
      assertEquals(new Embed(Pooling.MEAN, List.of(), true, 32), model.spec().task());
    }
  }

  /** Its modules, which may be any, are in the file. */
  @Test
  void whatAFilePoolsByItselfIsNotPooledAgain() throws Exception {
    folder = TestFolder.copy("tiny-bert-embed", temporary);
    folder.write("modules.json", TestFolder.chain("Transformer, Dense"));
    folder.write(
        "manifest.json",
        "{\"files\": {\"model.pt\": {\"output\": \"sentence_embedding\", \"dimensions\": 16}}}");
    try (LoadedModel model = folder.load(FolderOptions.AUTO)) {
      assertEquals(new Embed(Pooling.MEAN, List.of(), false, 16), model.spec().task());
    }
    folder.write(
        "manifest.json", "{\"files\": {\"model.pt\": {\"output\": \"sentence_embedding\"}}}");
    assertEquals(
        "manifest.json: files.\"model.pt\".dimensions must be the length of the file's vectors",
        folder.reason());
  }

  @Test
  void aDenseModuleThatAddsWhatGoesInIsRefused() throws IOException {
    folder = TestFolder.copy("tiny-deberta-embed", temporary);
    folder.write(
        "2_Dense/config.json",
        "{\"in_features\": 32, \"out_features\": 16, \"use_residual\": true}");
    assertTrue(
        folder.reason().startsWith("2_Dense/config.json adds what goes in"), folder.reason());
    folder.write("2_Dense/config.json", "{\"in_features\": 65536, \"out_features\": 65536}");
    assertTrue(
        folder.reason().startsWith("2_Dense/config.json: out_features must be"), folder.reason());
  }

  @Test
  void aDenseModuleMustFitItsWeights() throws IOException {
    folder = TestFolder.copy("tiny-deberta-embed", temporary);
    Path weights = folder.path().resolve("2_Dense/model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length - 1));
    assertEquals("2_Dense/model.safetensors is cut off", folder.reason());
    Files.write(weights, new byte[3]);
    assertEquals("2_Dense/model.safetensors is cut off", folder.reason());
    Files.delete(weights);
    assertTrue(folder.reason().contains("no 2_Dense/model.safetensors"), folder.reason());
    Files.write(weights, whole);
    folder.write("2_Dense/config.json", "{\"in_features\": 8, \"out_features\": 16}");
    assertTrue(
        folder.reason().contains("linear.weight has 512 numbers, the configuration says 128"),
        folder.reason());
    folder.write(
        "2_Dense/config.json",
        "{\"in_features\": 32, \"out_features\": 16, \"activation_function\": \"torch.nn.GELU\"}");
    assertTrue(
        folder.reason().contains("Ferry has PyTorch's Identity, Tanh, ReLU and Sigm"),
        folder.reason());
    folder.write(
        "2_Dense/config.json",
        "{\"in_features\": 32, \"out_features\": 16, \"activation_function\": \"own.Tanh\"}");
    assertTrue(folder.reason().contains("has the activation own.Tanh"), folder.reason());
  }
}
