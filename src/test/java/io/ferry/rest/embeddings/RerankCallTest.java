package io.ferry.rest.embeddings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Input;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.Activation;
import io.ferry.model.ModelSpec;
import io.ferry.model.Rerank;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Answers;
import io.ferry.rest.InferenceCall.Rows;
import io.ferry.rest.Specs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RerankCallTest {

  private static final ModelSpec PLAIN = Specs.text("plain", new Rerank(Activation.NONE));
  private static final Outcome.Completed[] ROWS = {
    Answers.row(0.5f), Answers.row(2), Answers.row(-1), Answers.row(2)
  };

  private static RerankCall parse(String body) throws Exception {
    return RerankCall.parse(Calls.utf8(body));
  }

  private static RerankCall four(String options) throws Exception {
    return parse("{\"query\": \"q\", \"texts\": [\"a\", \"b\", \"c\", \"d\"]" + options + "}");
  }

  @Test
  void everyTextIsAPairWithTheQuery() throws Exception {
    Rows rows = four("").rows(Specs.RERANKER);
    assertEquals(
        List.of(
            new Input.Pair("q", "a"),
            new Input.Pair("q", "b"),
            new Input.Pair("q", "c"),
            new Input.Pair("q", "d")),
        rows.inputs());
    assertTrue(rows.list());
    assertEquals(8, four("").characters());
    assertEquals("text 2", four("").nameOf(2));
  }

  @Test
  void theBestComesFirstAndEqualOnesInTheOrderOfTheRequest() throws Exception {
    assertEquals(
        "[{\"index\":1,\"score\":2.0},{\"index\":3,\"score\":2.0},{\"index\":0,\"score\":0.5},"
            + "{\"index\":2,\"score\":-1.0}]",
        Calls.answer(four(""), PLAIN, ROWS));
  }

  @Test
  void textsAreReturnedWhereAskedFor() throws Exception {
    assertEquals(
        "[{\"index\":1,\"text\":\"b\",\"score\":2.0},{\"index\":3,\"text\":\"d\",\"score\":2.0},"
            + "{\"index\":0,\"text\":\"a\",\"score\":0.5},{\"index\":2,\"text\":\"c\",\"score\":-1.0}]",
        Calls.answer(four(", \"return_text\": true"), PLAIN, ROWS));
  }

  @Test
  void rawScoresAreTheLogits() throws Exception {
    RerankCall call = parse("{\"query\": \"q\", \"texts\": [\"a\"], \"raw_scores\": true}");
    assertEquals(
        "[{\"index\":0,\"score\":0.0}]", Calls.answer(call, Specs.RERANKER, Answers.row(0)));
    RerankCall scored = parse("{\"query\": \"q\", \"texts\": [\"a\"]}");
    assertEquals(
        "[{\"index\":0,\"score\":0.5}]", Calls.answer(scored, Specs.RERANKER, Answers.row(0)));
  }

  @Test
  void anEmptyQueryIsNotThoughtToBeAText() throws Exception {
    UnfitException refused =
        assertThrows(
            UnfitException.class,
            () -> parse("{\"query\": \"\", \"texts\": [\"a\"]}").rows(Specs.RERANKER));
    assertEquals(new Outcome.Invalid(Flaw.EMPTY, "the query is empty"), refused.outcome());
  }

  @ParameterizedTest
  @ValueSource(strings = {"embedder", "tokens", "classifier", "row"})
  void itNeedsAReranker(String model) throws Exception {
    Calls.assertOtherTask(four(""), model);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {"texts": ["a"]}                                    | the field "query" is missing; send a text
          {"query": "q"}                                      | the field "texts" is missing; send a list of texts
          {"query": ["q"], "texts": ["a"]}                    | "query" must be a text, not a list
          {"query": null, "texts": ["a"]}                     | "query" must be a text, not null
          {"query": "q", "texts": "a"}                        | "texts" must be a list of texts, not a text
          {"query": "q", "texts": ["a", 1]}                   | "texts"[1] must be a text, not the number 1
          {"query": "q", "texts": [["a"]]}                    | "texts"[0] must be a text, not a list
          {"query": "q", "texts": ["a"], "return_text": 1}    | "return_text" must be true or false, not the number 1
          {"query": "q", "texts": ["a"], "top_n": 1}          | unknown field "top_n"
          {"query": "q", "documents": ["a"]}                  | unknown field "documents"
          """)
  void mistakesAreNamed(String body, String says) {
    Calls.assertMalformed(RerankCall::parse, body, says);
  }
}
