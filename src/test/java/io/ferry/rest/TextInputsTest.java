package io.ferry.rest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Input;
import io.ferry.protocol.MalformedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextInputsTest {

  private static TextInputs read(String value) throws Exception {
    return TextInputs.read(Specs.json("{\"in\": " + value + "}"), "in");
  }

  private static long[] ids(Input input) {
    return assertInstanceOf(Input.TokenizedText.class, input).ids();
  }

  @Test
  void aTextIsARow() throws Exception {
    TextInputs inputs = read("\"a👍b\"");
    assertEquals(List.of(new Input.Text("a👍b")), inputs.rows());
    assertFalse(inputs.list());
    assertEquals(3, inputs.characters());
  }

  @Test
  void aListOfTextsIsARowEach() throws Exception {
    TextInputs inputs = read("[\"a\", \"\", \"bc\"]");
    assertEquals(
        List.of(new Input.Text("a"), new Input.Text(""), new Input.Text("bc")), inputs.rows());
    assertTrue(inputs.list());
    assertEquals(3, inputs.characters());
  }

  @Test
  void numbersAreTheTokensOfOneText() throws Exception {
    TextInputs inputs = read("[1, 9223372036854775807, -1]");
    assertFalse(inputs.list());
    assertEquals(1, inputs.rows().size());
    assertArrayEquals(new long[] {1, Long.MAX_VALUE, -1}, ids(inputs.rows().getFirst()));
    assertEquals(3, inputs.characters());
  }

  @Test
  void listsOfNumbersAreARowEach() throws Exception {
    TextInputs inputs = read("[[1, 2], [], [3]]");
    assertTrue(inputs.list());
    assertArrayEquals(new long[] {1, 2}, ids(inputs.rows().get(0)));
    assertArrayEquals(new long[] {}, ids(inputs.rows().get(1)));
    assertArrayEquals(new long[] {3}, ids(inputs.rows().get(2)));
    assertEquals(3, inputs.characters());
  }

  @Test
  void textsAndTokensMayBeMixed() throws Exception {
    TextInputs inputs = read("[\"a\", [7]]");
    assertEquals(new Input.Text("a"), inputs.rows().get(0));
    assertArrayEquals(new long[] {7}, ids(inputs.rows().get(1)));
  }

  @Test
  void nothingIsAListOfNoRows() throws Exception {
    assertEquals(List.of(), read("[]").rows());
    assertTrue(read("[]").list());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          null            | "in" must be a text, a list of texts, a list of token ids or a list of those, not null
          1               | "in" must be a text, a list of texts, a list of token ids or a list of those, not the number 1
          true            | "in" must be a text, a list of texts, a list of token ids or a list of those, not true or false
          {"text": "a"}   | "in" must be a text, a list of texts, a list of token ids or a list of those, not an object
          ["a", 1]        | "in"[1] must be a text or a list of token ids, not the number 1
          ["a", null]     | "in"[1] must be a text or a list of token ids, not null
          [{}]            | "in"[0] must be a text or a list of token ids, not an object
          [true]          | "in"[0] must be a text or a list of token ids, not true or false
          [1, "a"]        | "in"[1] must be a token id, which is a whole number, not a text
          [1.5]           | "in"[0] must be a token id, which is a whole number, not the number 1.5
          [1, 2.0]        | "in"[1] must be a token id, which is a whole number, not the number 2.0
          [9223372036854775808] | "in"[0] must be a token id, which is a whole number, not the number 9223372036854775808
          [[1], ["a"]]    | "in"[1][0] must be a token id, which is a whole number, not a text
          [[1], [1, [2]]] | "in"[1][1] must be a token id, which is a whole number, not a list
          [[["a"]]]       | "in"[0][0] must be a token id, which is a whole number, not a list
          """)
  void anythingElseIsRefusedWithItsPlace(String value, String says) {
    MalformedException refused = assertThrows(MalformedException.class, () -> read(value));
    assertEquals(says, refused.explanation());
    assertEquals(Optional.of("in"), refused.field());
  }

  @Test
  void aMissingFieldIsNamed() {
    MalformedException refused =
        assertThrows(MalformedException.class, () -> TextInputs.read(Specs.json("{}"), "in"));
    assertEquals(
        "the field \"in\" is missing; send a text or a list of texts", refused.explanation());
  }
}
