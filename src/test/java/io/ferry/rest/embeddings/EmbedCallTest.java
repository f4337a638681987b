package io.ferry.rest.embeddings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.EncodingOptions;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.inference.Input;
import io.ferry.model.Embed;
import io.ferry.model.ModelSpec;
import io.ferry.model.Pooling;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Answers;
import io.ferry.rest.InferenceCall.Rows;
import io.ferry.rest.Specs;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbedCallTest {

  private static EmbedCall parse(String body) throws Exception {
    return EmbedCall.parse(Calls.utf8(body));
  }

  private static ModelSpec model(boolean normalized) {
    return Specs.text("two", new Embed(Pooling.MEAN, List.of(), normalized, 2));
  }

  @Test
  void aTextIsARowAndSoIsEachOfAList() throws Exception {
    Rows one = parse("{\"inputs\": \"a\"}").rows(Specs.EMBEDDER);
    assertEquals(List.of(new Input.Text("a")), one.inputs());
    assertFalse(one.list());
    Rows two = parse("{\"inputs\": [\"a\", \"b\"]}").rows(Specs.EMBEDDER);
    assertEquals(List.of(new Input.Text("a"), new Input.Text("b")), two.inputs());
    assertTrue(two.list());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {"inputs": "a"}                                                          | REFUSE |
          {"inputs": "a", "truncate": null, "truncation_direction": null}          | REFUSE |
          {"inputs": "a", "truncate": false, "truncation_direction": "Left"}       | REFUSE |
          {"inputs": "a", "truncation_direction": "Right"}                         | REFUSE |
          {"inputs": "a", "truncate": true}                                        | RIGHT  |
          {"inputs": "a", "truncate": true, "truncation_direction": "Right"}       | RIGHT  |
          {"inputs": "a", "truncate": true, "truncation_direction": "left"}        | LEFT   |
          {"inputs": "a", "truncate": true, "truncation_direction": "Left"}        | LEFT   |
          {"inputs": "a", "prompt_name": "query"}                                  | REFUSE | query
          """)
  void optionsAreThoseOfTheirServer(String body, Truncation truncation, String prompt)
      throws Exception {
    assertEquals(
        new EncodingOptions(truncation, Optional.ofNullable(prompt)), parse(body).encoding());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void normalizeCountsWhateverTheModelSays(boolean normalized) throws Exception {
    ModelSpec model = model(normalized);
    assertEquals(
        "[[0.6,0.8]]", Calls.answer(parse("{\"inputs\": \"a\"}"), model, Answers.row(3, 4)));
    assertEquals(
        "[[3.0,4.0],[1.0,0.0]]",
        Calls.answer(
            parse("{\"inputs\": [\"a\", \"b\"], \"normalize\": false}"),
            model,
            Answers.row(3, 4),
            Answers.row(1, 0)));
  }

  @Test
  void dimensionsAreCutBeforeTheyAreScaled() throws Exception {
    ModelSpec model = model(true);
    assertEquals(
        "[[1.0]]",
        Calls.answer(parse("{\"inputs\": \"a\", \"dimensions\": 1}"), model, Answers.row(3, 4)));
    assertEquals(
        "[[3.0]]",
        Calls.answer(
            parse("{\"inputs\": \"a\", \"dimensions\": 1, \"normalize\": false}"),
            model,
            Answers.row(3, 4)));
    assertThrows(
        UnfitException.class, () -> parse("{\"inputs\": \"a\", \"dimensions\": 3}").rows(model));
  }

  @ParameterizedTest
  @ValueSource(strings = {"classifier", "tokens", "reranker", "row"})
  void itNeedsAnEmbedder(String model) throws Exception {
    Calls.assertOtherTask(parse("{\"inputs\": \"a\"}"), model);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {}                                          | the field "inputs" is missing
          {"inputs": null}                            | "inputs" must be a text
          {"inputs": "a", "normalize": 1}             | "normalize" must be true or false, not the number 1
          {"inputs": "a", "truncate": "yes"}          | "truncate" must be true or false, not a text
          {"inputs": "a", "truncation_direction": 1}  | "truncation_direction" must be a text, not the number 1
          {"inputs": "a", "prompt_name": []}          | "prompt_name" must be a text, not a list
          {"inputs": "a", "dimensions": 1.5}          | "dimensions" must be a whole number
          {"inputs": "a", "raw_scores": true}         | unknown field "raw_scores"
          {"inputs": "a", "parameters": {}}           | unknown field "parameters"
          """)
  void mistakesAreNamed(String body, String says) {
    Calls.assertMalformed(EmbedCall::parse, body, says);
  }

  @Test
  void aDirectionIsLeftOrRight() {
    Calls.assertUnfit(
        EmbedCall::parse,
        "{\"inputs\": \"a\", \"truncation_direction\": \"up\"}",
        "\"truncation_direction\" is \"up\", allowed are \"Left\" and \"Right\"");
  }

  @Test
  void charactersAreCountedAsTheyAreSeen() throws Exception {
    assertEquals(4, parse("{\"inputs\": [\"👍\", \"abc\"]}").characters());
  }
}
