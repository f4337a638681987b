package io.ferry.rest.embeddings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ferry.inference.AnswerSize;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.DenseLayer;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.Pooling;
import io.ferry.model.Task;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Answers;
import io.ferry.rest.Specs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbedAllCallTest {

  private static final ModelSpec POOLED =
      Specs.text("pooled", new Embed(Pooling.MEAN, List.of(), true, 2));

  private static EmbedAllCall parse(String body) throws Exception {
    return EmbedAllCall.parse(Calls.utf8(body));
  }

  @Test
  void everyTokenOfEveryTextHasItsVectorAsTheModelGaveIt() throws Exception {
    for (ModelSpec model : List.of(POOLED, Specs.text("all", new EmbedAll(2)))) {
      assertEquals(
          "[[[6.0,0.0],[0.0,8.0]]]",
          Calls.answer(parse("{\"inputs\": \"a\"}"), model, Answers.tokens(2, 6, 0, 0, 8)));
      assertEquals(
          "[[[6.0,0.0],[0.0,8.0]],[[1.0,2.0]]]",
          Calls.answer(
              parse("{\"inputs\": [\"a\", \"b\"]}"),
              model,
              Answers.tokens(2, 6, 0, 0, 8),
              Answers.tokens(1, 1, 2)));
    }
  }

  @Test
  void anAnswerIsAsLargeAsTheVectorsOfTheTokens() throws Exception {
    Embed layered =
        new Embed(
            Pooling.MEAN,
            List.of(new DenseLayer(new float[3][2], new float[3], DenseLayer.Function.IDENTITY)),
            true,
            3);
    for (Task task : List.of(POOLED.task(), new EmbedAll(2), layered)) {
      assertEquals(
          new AnswerSize(60, false),
          parse("{\"inputs\": \"a\"}").rows(Specs.text("all", task)).answer());
    }
  }

  @Test
  void aModelThatPoolsInItsGraphHasNone() throws Exception {
    EmbedAllCall call = parse("{\"inputs\": \"a\"}");
    UnfitException refused =
        assertThrows(
            UnfitException.class, () -> call.answer(Answers.of(POOLED, Answers.row(1, 2))));
    assertEquals(Flaw.TASK, refused.outcome().flaw());
  }

  @ParameterizedTest
  @ValueSource(strings = {"classifier", "reranker", "row"})
  void itNeedsAnEmbedder(String model) throws Exception {
    Calls.assertOtherTask(parse("{\"inputs\": \"a\"}"), model);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {}                                | the field "inputs" is missing
          {"inputs": "a", "normalize": true} | unknown field "normalize"
          {"inputs": "a", "dimensions": 2}  | unknown field "dimensions"
          """)
  void mistakesAreNamed(String body, String says) {
    Calls.assertMalformed(EmbedAllCall::parse, body, says);
  }
}
