package io.ferry.rest.embeddings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Input;
import io.ferry.model.Activation;
import io.ferry.model.Classify;
import io.ferry.model.ModelSpec;
import io.ferry.rest.Answers;
import io.ferry.rest.Specs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictCallTest {

  private static PredictCall parse(String body) throws Exception {
    return PredictCall.parse(Calls.utf8(body));
  }

  @Test
  void aTextAloneIsARowAndSoIsAPair() throws Exception {
    for (String inputs : List.of("\"a\"", "[\"a\"]")) {
      PredictCall call = parse("{\"inputs\": " + inputs + "}");
      assertEquals(List.of(new Input.Text("a")), call.texts());
      assertFalse(call.list(), inputs);
    }
    PredictCall pair = parse("{\"inputs\": [\"a\", \"bc\"]}");
    assertEquals(List.of(new Input.Pair("a", "bc")), pair.texts());
    assertFalse(pair.list());
    assertEquals(3, pair.characters());
  }

  @Test
  void aListIsOfTextsAndPairsEachInAList() throws Exception {
    PredictCall call = parse("{\"inputs\": [[\"a\"], [\"b\", \"c\"]]}");
    assertEquals(List.of(new Input.Text("a"), new Input.Pair("b", "c")), call.texts());
    assertTrue(call.list());
    assertTrue(call.rows(Specs.CLASSIFIER).list());
    assertEquals(List.of(), parse("{\"inputs\": []}").texts());
    assertTrue(parse("{\"inputs\": []}").list());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null"})
  void parametersThatSayNothingAreTaken(String parameters) throws Exception {
    assertEquals(
        parse("{\"inputs\": \"a\"}"),
        parse("{\"inputs\": \"a\", \"parameters\": " + parameters + "}"));
  }

  @Test
  void aTextIsAnsweredByItsLabelsAndAListByAListOfThem() throws Exception {
    assertEquals(
        "[{\"score\":0.5,\"label\":\"a\"},{\"score\":0.5,\"label\":\"b\"}]",
        Calls.answer(parse("{\"inputs\": \"x\"}"), Specs.CLASSIFIER, Answers.row(3, 3)));
    assertEquals(
        "[[{\"score\":0.5,\"label\":\"a\"},{\"score\":0.5,\"label\":\"b\"}],"
            + "[{\"score\":1.0,\"label\":\"b\"},{\"score\":0.0,\"label\":\"a\"}]]",
        Calls.answer(
            parse("{\"inputs\": [[\"x\"], [\"y\", \"z\"]]}"),
            Specs.CLASSIFIER,
            Answers.row(3, 3),
            Answers.row(-500, 500)));
    assertEquals(
        "[[{\"score\":0.5,\"label\":\"a\"},{\"score\":0.5,\"label\":\"b\"}]]",
        Calls.answer(parse("{\"inputs\": [[\"x\"]]}"), Specs.CLASSIFIER, Answers.row(3, 3)));
  }

  @Test
  void rawScoresAreTheLogitsBestFirst() throws Exception {
    assertEquals(
        "[{\"score\":2.5,\"label\":\"b\"},{\"score\":-1.0,\"label\":\"a\"}]",
        Calls.answer(
            parse("{\"inputs\": \"x\", \"raw_scores\": true}"),
            Specs.CLASSIFIER,
            Answers.row(-1, 2.5f)));
  }

  @Test
  void scoresAreMadeAsTheModelSays() throws Exception {
    ModelSpec several = Specs.text("several", new Classify(List.of("a", "b"), Activation.SIGMOID));
    assertEquals(
        "[{\"score\":0.5,\"label\":\"a\"},{\"score\":0.5,\"label\":\"b\"}]",
        Calls.answer(parse("{\"inputs\": \"x\"}"), several, Answers.row(0, 0)));
  }

  @Test
  void allLabelsAreGiven() throws Exception {
    ModelSpec many =
        Specs.text(
            "many", new Classify(List.of("a", "b", "c", "d", "e", "f", "g"), Activation.SOFTMAX));
    String answer =
        Calls.answer(parse("{\"inputs\": \"x\"}"), many, Answers.row(1, 2, 3, 4, 5, 6, 7));
    assertEquals(7, answer.split("label", -1).length - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"embedder", "tokens", "reranker", "row"})
  void itNeedsAClassifier(String model) throws Exception {
    Calls.assertOtherTask(parse("{\"inputs\": \"a\"}"), model);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {}                                         | the field "inputs" is missing; send a text, a pair
          {"inputs": null}                           | "inputs" is null; send
          {"inputs": 1}                              | "inputs" is the number 1; send
          {"inputs": {}}                             | "inputs" is an object; send
          {"inputs": ["a", "b", "c"]}                | "inputs" has 3 texts; send
          {"inputs": ["a", 1]}                       | "inputs"[1] is the number 1; send
          {"inputs": ["a", ["b"]]}                   | "inputs"[1] is a list; send
          {"inputs": [1]}                            | "inputs"[0] is the number 1; send
          {"inputs": [["a"], "b"]}                   | "inputs"[1] is a text; send
          {"inputs": [["a"], null]}                  | "inputs"[1] is null; send
          {"inputs": [[]]}                           | "inputs"[0] has 0 texts; send
          {"inputs": [["a"], ["b", "c", "d"]]}       | "inputs"[1] has 3 texts; send
          {"inputs": [["a"], ["b", 2]]}              | "inputs"[1][1] is the number 2; send
          {"inputs": [[["a"]]]}                      | "inputs"[0][0] is a list; send
          {"inputs": "a", "raw_scores": "no"}        | "raw_scores" must be true or false, not a text
          {"inputs": "a", "prompt_name": "query"}    | unknown field "prompt_name"
          {"inputs": "a", "top_k": 1}                | unknown field "top_k"
          {"inputs": "a", "parameters": {"top_k": 1}} | "parameters" must be empty; options stand beside "inputs"
          {"inputs": "a", "parameters": [1]}         | "parameters" must be empty
          {"inputs": "a", "parameters": ""}          | "parameters" must be empty
          {"inputs": "a", "parameters": false}       | "parameters" must be empty
          """)
  void mistakesAreNamed(String body, String says) {
    Calls.assertMalformed(PredictCall::parse, body, says);
  }
}
