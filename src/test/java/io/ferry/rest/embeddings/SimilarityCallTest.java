package io.ferry.rest.embeddings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.EncodingOptions;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome.Flaw;
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

class SimilarityCallTest {

  private static final String INPUTS =
      "\"inputs\": {\"source_sentence\": \"s\", \"sentences\": [\"a\", \"bc\"]}";

  private static SimilarityCall parse(String body) throws Exception {
    return SimilarityCall.parse(Calls.utf8(body));
  }

  @Test
  void theSourceIsTheFirstRow() throws Exception {
    SimilarityCall call = parse("{" + INPUTS + "}");
    Rows rows = call.rows(Specs.EMBEDDER);
    assertEquals(
        List.of(new Input.Text("s"), new Input.Text("a"), new Input.Text("bc")), rows.inputs());
    assertTrue(rows.list());
    assertEquals(EncodingOptions.DEFAULT, rows.encoding());
    assertEquals(4, call.characters());
  }

  @Test
  void rowsAreCalledWhatTheCallerKnowsThemBy() throws Exception {
    SimilarityCall call = parse("{" + INPUTS + "}");
    assertEquals("source_sentence", call.nameOf(0));
    assertEquals("sentence 0", call.nameOf(1));
    assertEquals("sentence 1", call.nameOf(2));
  }

  @Test
  void theAnswerIsTheCosineOfEach() throws Exception {
    for (boolean normalized : new boolean[] {true, false}) {
      ModelSpec model = Specs.text("two", new Embed(Pooling.MEAN, List.of(), normalized, 2));
      assertEquals(
          "[0.6,-1.0]",
          Calls.answer(
              parse("{" + INPUTS + "}"),
              model,
              Answers.row(2, 0),
              Answers.row(3, 4),
              Answers.row(-7, 0)));
    }
  }

  @Test
  void aVectorWithoutDirectionIsLikeNone() throws Exception {
    ModelSpec model = Specs.text("two", new Embed(Pooling.MEAN, List.of(), false, 2));
    assertEquals(
        "[0.0,0.0]",
        Calls.answer(
            parse("{" + INPUTS + "}"),
            model,
            Answers.row(0, 0),
            Answers.row(0, 0),
            Answers.row(1, 0)));
  }

  @Test
  void parametersAreForAll() throws Exception {
    assertEquals(
        new EncodingOptions(Truncation.LEFT, Optional.of("query")),
        parse(
                "{%s, \"parameters\": {\"truncate\": true, \"truncation_direction\": \"Left\", \"prompt_name\": \"query\"}}"
                    .formatted(INPUTS))
            .encoding());
    assertEquals(
        EncodingOptions.DEFAULT, parse("{" + INPUTS + ", \"parameters\": null}").encoding());
  }

  @Test
  void withoutSentencesThereIsNothingToCompare() throws Exception {
    SimilarityCall call = parse("{\"inputs\": {\"source_sentence\": \"s\", \"sentences\": []}}");
    UnfitException refused = assertThrows(UnfitException.class, () -> call.rows(Specs.EMBEDDER));
    assertEquals(Flaw.EMPTY, refused.outcome().flaw());
  }

  @ParameterizedTest
  @ValueSource(strings = {"reranker", "tokens", "classifier", "row"})
  void itNeedsAnEmbedder(String model) throws Exception {
    Calls.assertOtherTask(parse("{" + INPUTS + "}"), model);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {}                                                                     | the field "inputs" is missing
          {"inputs": "a"}                                                        | "inputs" must be an object of
          {"inputs": {"sentences": ["a"]}}                                       | the field "source_sentence" is missing
          {"inputs": {"source_sentence": "s"}}                                   | the field "sentences" is missing
          {"inputs": {"source_sentence": 1, "sentences": ["a"]}}                 | "source_sentence" must be a text
          {"inputs": {"source_sentence": "s", "sentences": "a"}}                 | "sentences" must be a list of texts
          {"inputs": {"source_sentence": "s", "sentences": [1]}}                 | "sentences"[0] must be a text
          {"inputs": {"source_sentence": "s", "sentences": ["a"], "x": 1}}       | unknown field "x"
          {"inputs": {"source_sentence": "s", "sentences": ["a"]}, "parameters": []}       | "parameters" must be an object
          {"inputs": {"source_sentence": "s", "sentences": ["a"]}, "parameters": {"x": 1}} | unknown field "x"
          {"inputs": {"source_sentence": "s", "sentences": ["a"]}, "truncate": true}       | unknown field "truncate"
          """)
  void mistakesAreNamed(String body, String says) {
    Calls.assertMalformed(SimilarityCall::parse, body, says);
  }
}
