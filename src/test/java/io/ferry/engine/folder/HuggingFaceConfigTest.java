package io.ferry.engine.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceConfigTest {

  @TempDir private Path directory;
  private Path file = Path.of("config.json");

  @BeforeEach
  void placeTheFile() {
    file = directory.resolve("config.json");
  }

  private String reasonOf(String content) throws IOException {
    Files.writeString(file, content);
    return assertThrows(ModelLoadException.class, () -> HuggingFaceConfig.read(file)).reason();
  }

  private static String config(String labels, String positions, String vocabulary, String pad) {
    return """
        {"id2label": %s, "max_position_embeddings": %s, "vocab_size": %s, "pad_token_id": %s}"""
        .formatted(labels, positions, vocabulary, pad);
  }

  @Test
  void readsWhatAClassifierNeeds() throws Exception {
    Files.writeString(
        file,
        """
        {"architectures": ["BertForSequenceClassification"], "vocab_size": 30522,
         "max_position_embeddings": 512, "pad_token_id": 0,
         "label2id": {"de": 0, "en": 1}, "id2label": {"1": "en", "0": "de"}}
        """);
    assertEquals(
        new HuggingFaceConfig(List.of("de", "en"), 512, 30522, 0), HuggingFaceConfig.read(file));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                         | config.json: vocab_size must be a positive whole number
          {                          | config.json is not JSON
          {"vocab_size": 10,}        | config.json is not JSON
          []                         | config.json: vocab_size must be a positive whole number
          {}                         | config.json: vocab_size must be a positive whole number
          """)
  void saysWhatIsWrongWithTheFile(String content, String reason) throws IOException {
    assertEquals(reason, reasonOf(content));
  }

  @ParameterizedTest(name = "{0} {1} {2} {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"0": "a"}           | 8    | 0    | 0    | vocab_size must be a positive whole number
          {"0": "a"}           | 8    | -5   | 0    | vocab_size must be a positive whole number
          {"0": "a"}           | 8    | "5"  | 0    | vocab_size must be a positive whole number
          {"0": "a"}           | 8    | 1e10 | 0    | vocab_size must be a positive whole number
          {"0": "a"}           | 8    | 5.5  | 0    | vocab_size must be a positive whole number
          {"0": "a"}           | 0    | 5    | 0    | max_position_embeddings must be a positive whole number
          {"0": "a"}           | null | 5    | 0    | max_position_embeddings must be a positive whole number
          {"0": "a"}           | 8    | 5    | 5    | pad_token_id must be an id of the vocabulary
          {"0": "a"}           | 8    | 5    | -1   | pad_token_id must be an id of the vocabulary
          {"0": "a"}           | 8    | 5    | null | pad_token_id must be an id of the vocabulary
          {"0": "a"}           | 8    | 5    | 0.5  | pad_token_id must be an id of the vocabulary
          {"1": "a"}           | 8    | 5    | 0    | id2label has no label for "0"
          {"0": "a", "2": "b"} | 8    | 5    | 0    | id2label has no label for "1"
          {"0": 7}             | 8    | 5    | 0    | id2label has no label for "0"
          ["a"]                | 8    | 5    | 0    | id2label has no label for "0"
          """)
  void saysWhichFieldIsWrong(
      String labels, String positions, String vocabulary, String pad, String reason)
      throws IOException {
    assertEquals("config.json: " + reason, reasonOf(config(labels, positions, vocabulary, pad)));
  }

  @Test
  void aModelWithoutLabelsIsNoClassifier() throws IOException {
    String reason = "config.json has no id2label, so the model is no classifier";
    assertEquals(reason, reasonOf(config("{}", "8", "5", "0")));
    assertEquals(reason, reasonOf(config("null", "8", "5", "0")));
  }

  @Test
  void aFileThatIsNoTextIsRefused() throws IOException {
    Files.write(file, "{\"a\": \"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(
        "config.json cannot be read",
        assertThrows(ModelLoadException.class, () -> HuggingFaceConfig.read(file)).reason());
  }

  @Test
  void aFolderNamesTheFileThatItLacks() throws Exception {
    ModelFolder folder = new ModelFolder(directory);
    assertEquals(
        "the model folder has no config.json",
        assertThrows(ModelLoadException.class, folder::config).reason());
    assertEquals(
        "the model folder has no tokenizer.json",
        assertThrows(ModelLoadException.class, folder::tokenizer).reason());
    Files.createDirectory(directory.resolve("model.pt"));
    assertEquals(
        "the model folder has no model.pt",
        assertThrows(ModelLoadException.class, folder::torchScript).reason());
    Files.writeString(file, "{}");
    assertEquals(file, folder.config());
  }
}
