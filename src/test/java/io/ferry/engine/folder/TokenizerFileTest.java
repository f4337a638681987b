package io.ferry.engine.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each file that is refused here ended the process, or hung it, when it was not. */
@Timeout(10)
class TokenizerFileTest {

  @TempDir private Path folder = Path.of("");

  private TokenizerFile read(String content) throws IOException, ModelLoadException {
    Files.writeString(folder.resolve("tokenizer.json"), content);
    return TokenizerFile.read(folder);
  }

  private String reasonOf(String content) {
    return assertThrows(ModelLoadException.class, () -> read(content)).reason();
  }

  @Test
  void readsVocabularyAndAddedTokens() throws Exception {
    TokenizerFile bert =
        read(
            """
            {"version": "1.0", "truncation": {"a": [1, {}]}, "added_tokens": [{"id": 9, "content": "[PAD]"}],
             "model": {"type": "WordPiece", "vocab": {"a": 0, "b": 7}, "max": [[]]}, "normalizer": null}
            """);
    assertEquals(7, bert.largestId());
    assertEquals(9L, bert.added().get("[PAD]"));
    assertTrue(bert.part("normalizer").isNull());
    assertTrue(bert.part("decoder").isMissingNode());
    assertEquals(1, read("{\"model\": {\"vocab\": [[\"a\", -1.5], [\"b\", 0]]}}").largestId());
    assertEquals(-1, read("{}").largestId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":{\"vocab\":{\"a\":[]},\"y\":[]},\"q\":[]}",
        "{\"added_tokens\":[{\"content\":[],\"id\":1}],\"model\":{\"vocab\":{\"a\":1}}}",
        "{\"model\":[{\"vocab\":{}}],\"added_tokens\":{\"a\":[]}}",
        "{\"added_tokens\":[[], 7, null, {\"id\":{}}],\"model\":{\"vocab\":[[[]],{}]}}"
      })
  void whatIsOfAnotherKindIsPassedOver(String content) throws Exception {
    assertTrue(read(content).largestId() < 7);
  }

  // ---- what would end the process

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[SEP]", "type_id": 0}}], "pair": [], "special_tokens": {}}         | puts the token "[SEP]" into texts
          {"type": "TemplateProcessing", "single": [], "pair": [{"SpecialToken": {"id": "x", "type_id": 0}}], "special_tokens": {"y": {}}}       | puts the token "x" into texts
          {"single": [{"SpecialToken": {"id": "x", "type_id": 0}}], "pair": []}                                                                 | puts the token "x" into texts
          {"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x"}}]}]} | puts the token "x" into texts
          {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "B", "type_id": 0}}], "pair": [], "special_tokens": {}}                 | puts a second text where there is one
          """)
  void aTemplateThatDoesNotExplainItselfIsRefused(String processor, String reason) {
    String said = reasonOf("{\"post_processor\": %s}".formatted(processor));
    assertTrue(said.startsWith("tokenizer.json is damaged: the post_processor"), said);
    assertTrue(said.contains(reason), said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"Precompiled\"}",
        "{\"type\": \"Precompiled\", \"precompiled_charsmap\": null}",
        "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"\"}",
        "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"%%\"}",
        "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAA=\"}",
        "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAAAA\"}",
        "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAAAB==\"}",
        "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"AAAAAA==\"}",
        "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Strip\"}, {\"type\": \"Precompiled\"}]}"
      })
  void aTableOfCharactersThatIsNotWholeIsRefused(String normalizer) {
    assertEquals(
        "tokenizer.json is damaged: the normalizer's precompiled_charsmap is not whole; copy the"
            + " file again, or save the tokenizer again",
        reasonOf("{\"normalizer\": %s}".formatted(normalizer)));
  }

  @Test
  void aTableOfCharactersIsFollowedToItsEnds() throws Exception {
    assertTrue(CharsMap.sound(charsMap(512, units -> {})));
    read(
        "{\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"%s\"}}"
            .formatted(charsMap(512, units -> {})));
    // Fewer units than a byte can point to.
    assertEquals(false, CharsMap.sound(charsMap(200, units -> {})));
    // The children of 'a', or of the root, are beyond the end.
    assertEquals(false, CharsMap.sound(charsMap(512, units -> units[A] = 'a' | 512 << 10)));
    assertEquals(false, CharsMap.sound(charsMap(512, units -> units[0] = 5 << 10 | 1 << 9)));
    assertEquals(false, CharsMap.sound(charsMap(512, units -> units[0] = 1 << 31 | 512 << 10)));
    // The text of 'a' begins inside the ö, or beyond the end.
    assertEquals(false, CharsMap.sound(charsMap(512, units -> units[LEAF_OF_A] = 1 << 31 | 1)));
    assertEquals(false, CharsMap.sound(charsMap(512, units -> units[LEAF_OF_A] = 1 << 31 | 4)));
    assertTrue(CharsMap.sound(charsMap(512, units -> units[LEAF_OF_A] = 1 << 31 | 3)));
  }

  private static final int A = 'a' ^ 1;
  private static final int LEAF_OF_A = 256;

  /** A table that replaces a by ö, changed. */
  private static String charsMap(int count, Consumer<int[]> change) {
    int[] units = new int[512];
    units[0] = 1 << 10;
    units[A] = 'a' | 1 << 8 | (A ^ LEAF_OF_A) << 10;
    units[LEAF_OF_A] = 1 << 31;
    change.accept(units);
    ByteBuffer map = ByteBuffer.allocate(4 + 4 * count + 3).order(ByteOrder.LITTLE_ENDIAN);
    map.putInt(4 * count);
    for (int i = 0; i < count; i++) {
      map.putInt(units[i]);
    }
    map.put("ö\0".getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(map.array());
  }

  @Test
  void piecesOfNoLengthAndStrippedEndsAreRefused() throws Exception {
    assertTrue(
        reasonOf("{\"pre_tokenizer\": {\"type\": \"FixedLength\", \"length\": 0}}")
            .contains("pieces of no length"));
    assertTrue(
        reasonOf(
                "{\"decoder\": {\"type\": \"Strip\", \"content\": \"a\", \"start\": 0, \"stop\": 1}}")
            .contains("set it to 0"));
    read("{\"decoder\": {\"type\": \"Strip\", \"content\": \" \", \"start\": 1, \"stop\": 0}}");
  }
}
