package io.ferry.rest.embeddings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Input;
import io.ferry.model.ModelSpec;
import io.ferry.protocol.MalformedException;
import io.ferry.rest.Answers;
import io.ferry.rest.Specs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RootCallTest {

  private static RootCall call(String body) {
    return new RootCall(Calls.utf8(body));
  }

  @Test
  void aModelsTaskSaysHowItIsReadAndAnswered() throws Exception {
    RootCall embed = call("{\"inputs\": \"abc\", \"normalize\": false}");
    assertEquals(List.of(new Input.Text("abc")), embed.rows(Specs.EMBEDDER).inputs());
    assertEquals(3, embed.characters());

    RootCall predict = call("{\"inputs\": [[\"a\"], [\"b\", \"c\"]]}");
    assertEquals(
        List.of(new Input.Text("a"), new Input.Pair("b", "c")),
        predict.rows(Specs.CLASSIFIER).inputs());
    assertEquals("input 1", predict.nameOf(1));
    assertTrue(
        Calls.answer(predict, Specs.CLASSIFIER, Answers.row(3, 3), Answers.row(3, 3))
            .startsWith("[[{\"score\":0.5,"));

    RootCall rerank = call("{\"query\": \"q\", \"texts\": [\"a\", \"b\"]}");
    assertEquals(
        List.of(new Input.Pair("q", "a"), new Input.Pair("q", "b")),
        rerank.rows(Specs.RERANKER).inputs());
    assertEquals("text 1", rerank.nameOf(1));

    assertEquals(
        List.of(new Input.Text("a")),
        call("{\"inputs\": \"a\"}").rows(Specs.EMBEDDER_OF_TOKENS).inputs());
  }

  @Test
  void aModelOfNumbersReadsNoTexts() {
    Calls.assertOtherTask(call("{\"inputs\": \"a\"}"), "row");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          embedder   | {"inputs": "a", "raw_scores": true} | unknown field "raw_scores"
          classifier | {"inputs": "a", "normalize": true}  | unknown field "normalize"
          reranker   | {"inputs": "a"}                     | unknown field "inputs"
          embedder   | {                                   | JSON
          """)
  void mistakesAreThoseOfThatPath(String model, String body, String says) {
    ModelSpec spec = Specs.named(model);
    MalformedException refused =
        assertThrows(MalformedException.class, () -> call(body).rows(spec));
    assertTrue(refused.explanation().contains(says), refused::explanation);
  }
}
