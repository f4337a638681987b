package io.ferry.engine.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceConfigTest {

  @TempDir private Path folder = Path.of("");

  private HuggingFaceConfig read(String content) throws IOException, ModelLoadException {
    Files.writeString(folder.resolve("config.json"), content);
    return HuggingFaceConfig.read(folder);
  }

  private String reasonOf(String content) {
    return assertThrows(ModelLoadException.class, () -> read(content)).reason();
  }

  @Test
  void readsWhatAClassifierNeeds() throws Exception {
    assertEquals(
        new HuggingFaceConfig(
            Optional.of("BertForSequenceClassification"),
            List.of("de", "en"),
            OptionalInt.empty(),
            Optional.of("multi_label_classification"),
            Optional.empty(),
            OptionalInt.of(512),
            30522,
            OptionalInt.of(2),
            OptionalInt.of(0),
            OptionalInt.of(768)),
        read(
            """
            {"architectures": ["BertForSequenceClassification"], "vocab_size": 30522,
             "max_position_embeddings": 512, "pad_token_id": 0, "hidden_size": 768,
             "problem_type": "multi_label_classification", "model_type": "bert", "type_vocab_size": 2,
             "label2id": {"de": 0, "en": 1}, "id2label": {"1": "en", "0": "de"}}
            """));
  }

  @Test
  void whatIsNotThereIsNotMadeUp() throws Exception {
    assertEquals(
        new HuggingFaceConfig(
            Optional.empty(),
            List.of(),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            8,
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty()),
        read("{\"vocab_size\": 8, \"pad_token_id\": null, \"problem_type\": null}"));
  }

  @ParameterizedTest
  @CsvSource({
    "bert, 0, 512",
    "roberta, 1, 510",
    "xlm-roberta, 1, 510",
    "camembert, 1, 510",
    "mpnet, 1, 510",
    "distilbert, 0, 512",
    "deberta-v2, 0, 512",
    "modernbert, 50283, 512"
  })
  void modelsThatNumberPositionsAfterThePaddingTakeFewerTokens(
      String type, int padTokenId, int tokens) throws Exception {
    assertEquals(
        OptionalInt.of(tokens),
        read("""
                {"model_type": "%s", "pad_token_id": %d, "max_position_embeddings": 512,
                 "vocab_size": 60000}"""
                .formatted(type, padTokenId))
            .positions());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"sentence_transformers": {"activation_fn": "torch.nn.modules.linear.Identity"}, "vocab_size": 8} | torch.nn.modules.linear.Identity
          {"sbert_ce_default_activation_function": "torch.nn.modules.linear.Identity", "vocab_size": 8}     | torch.nn.modules.linear.Identity
          {"sbert_ce_default_activation_function": null, "vocab_size": 8}                                   | none
          {"vocab_size": 8}                                                                                 | none
          """)
  void crossEncodersSayWhatTheyDoWithLogits(String content, String activation) throws Exception {
    assertEquals(activation, read(content).activation().orElse("none"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', LABEL_0 LABEL_1",
    "'\"num_labels\": 3,', LABEL_0 LABEL_1 LABEL_2",
    "'\"num_labels\": 1,', LABEL_0",
    "'\"id2label\": {}, ', LABEL_0 LABEL_1",
    "'\"id2label\": {\"0\": \"yes\"},', yes"
  })
  void labelsThatTransformersMakesItselfAreNotWritten(String fields, String labels)
      throws Exception {
    assertEquals(
        List.of(labels.split(" ")),
        read("{%s \"vocab_size\": 8}".formatted(fields)).classifierLabels());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hidden_size", "dim", "n_embd", "d_model", "emb_dim"})
  void familiesCallTheLengthOfVectorsDifferently(String name) throws Exception {
    assertEquals(
        OptionalInt.of(48), read("{\"%s\": 48, \"vocab_size\": 8}".formatted(name)).hiddenSize());
  }

  @Test
  void familiesCallPositionsAndTokenTypesDifferently() throws Exception {
    HuggingFaceConfig gpt2 = read("{\"n_positions\": 1024, \"vocab_size\": 8}");
    assertEquals(OptionalInt.of(1024), gpt2.positions());
    HuggingFaceConfig deberta = read("{\"type_vocab_size\": 0, \"vocab_size\": 8}");
    assertEquals(OptionalInt.empty(), deberta.tokenTypes());
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                         | config.json is cut off or empty
          {                                                          | config.json is not JSON, or cut off
          {"vocab_size": 10,}                                        | config.json is not JSON, or cut off
          7                                                          | config.json is cut off or empty
          []                                                         | config.json: vocab_size must be a whole number from 1
          {}                                                         | config.json: vocab_size must be a whole number from 1
          {"vocab_size": 0}                                          | config.json: vocab_size must be a whole number from 1
          {"vocab_size": 1.5}                                        | config.json: vocab_size must be a whole number from 1
          {"vocab_size": "8"}                                        | config.json: vocab_size must be a whole number from 1
          {"vocab_size": 99999999999}                                | config.json: vocab_size must be a whole number from 1
          {"vocab_size": 8, "pad_token_id": 8}                       | config.json: pad_token_id must be an id of the vocabulary
          {"vocab_size": 8, "pad_token_id": -1}                      | config.json: pad_token_id must be a whole number from 0
          {"vocab_size": 8, "max_position_embeddings": 0}            | config.json: max_position_embeddings must be a whole number from 1
          {"vocab_size": 8, "hidden_size": "wide"}                   | config.json: hidden_size must be a whole number from 1
          {"vocab_size": 8, "problem_type": 3}                       | config.json: problem_type must be a text
          {"vocab_size": 8, "id2label": {"1": "a"}}                  | config.json: id2label has no label for "0"
          {"vocab_size": 8, "id2label": {"0": 7}}                    | config.json: id2label has no label for "0"
          {"vocab_size": 8, "model_type": "roberta", "pad_token_id": 1, "max_position_embeddings": 2} | config.json: max_position_embeddings must be more than pad_token_id + 1
          """)
  void namesWhatIsWrong(String content, String reason) {
    assertEquals(reason, reasonOf(content));
  }
}
