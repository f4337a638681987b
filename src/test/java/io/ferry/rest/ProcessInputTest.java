package io.ferry.rest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Datatype;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.inference.Tensor;
import io.ferry.model.TensorSpec;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessInputTest {

  private static ProcessInput read(String model, String input) throws Exception {
    return ProcessInput.read(Specs.json(input), Specs.named(model));
  }

  // ---- what each task takes

  @ParameterizedTest
  @CsvSource({"classifier", "embedder", "tokens"})
  void aTextIsOneRowAndAListIsMany(String model) throws Exception {
    assertEquals(new ProcessInput(List.of(new Input.Text("a")), false), read(model, "\"a\""));
    assertEquals(
        new ProcessInput(List.of(new Input.Text("a"), new Input.Text("")), true),
        read(model, "[\"a\", \"\"]"));
    assertEquals(new ProcessInput(List.of(), true), read(model, "[]"));
  }

  @Test
  void aClassifierTakesPairs() throws Exception {
    String pair = "{\"text\": \"a\", \"text_pair\": \"b\"}";

    assertEquals(
        new ProcessInput(List.of(new Input.Pair("a", "b")), false), read("classifier", pair));
    assertEquals(
        new ProcessInput(List.of(new Input.Pair("a", "b"), new Input.Text("c")), true),
        read("classifier", "[" + pair + ", \"c\"]"));
  }

  @Test
  void aRerankerPairsTheQueryWithEachText() throws Exception {
    assertEquals(
        new ProcessInput(List.of(new Input.Pair("q", "a"), new Input.Pair("q", "b")), true),
        read("reranker", "{\"texts\": [\"a\", \"b\"], \"query\": \"q\"}"));
    assertEquals(
        new ProcessInput(List.of(), true), read("reranker", "{\"texts\": [], \"query\": \"q\"}"));
  }

  @Test
  void listsAreARowAndOneLevelMoreIsRows() throws Exception {
    ProcessInput one = read("image", "[[0, 1], [2, 255]]");
    ProcessInput two = read("image", "[[[0, 1], [2, 255]], [[4, 5], [6, 7]]]");

    assertFalse(one.list());
    assertArrayEquals(new float[] {0, 1, 2, 255}, numbers(one, 0, 0));
    assertTrue(two.list());
    assertEquals(2, two.rows().size());
    assertArrayEquals(new float[] {4, 5, 6, 7}, numbers(two, 1, 0));
    assertEquals(new ProcessInput(List.of(), true), read("image", "[]"));
  }

  @Test
  void aSingleNumberIsARowOfAModelThatTakesSuch() throws Exception {
    assertArrayEquals(new float[] {-7}, numbers(read("single", "-7"), 0, 0));
    assertEquals(3, read("single", "[1, 2, 3]").rows().size());
  }

  @Test
  void severalInputsComeByTheirNames() throws Exception {
    ProcessInput one = read("two", "{\"right\": [true], \"left\": [1.5, 2]}");
    ProcessInput many = read("two", "{\"left\": [[1], [2, 3]], \"right\": [[false], [1]]}");

    assertFalse(one.list());
    assertArrayEquals(new float[] {1.5f, 2}, numbers(one, 0, 0));
    assertArrayEquals(new float[] {1}, numbers(one, 0, 1));
    assertTrue(many.list());
    assertArrayEquals(new float[] {2, 3}, numbers(many, 1, 0));
    assertArrayEquals(new float[] {1}, numbers(many, 1, 1));
    assertArrayEquals(
        new float[] {1, 2, 3}, numbers(read("row", "{\"x\": [1, 2, 3]}"), 0, 0), "one by name");
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, 0, 0",
    "BOOL, 1, 1",
    "BOOL, true, 1",
    "UINT8, 255, 255",
    "INT8, -128, -128",
    "INT32, -2147483648, -2147483648",
    "INT64, 9007199254740993, 9007199254740992",
    "FP16, 65504, 65504",
    "FP16, 0.1, 0.0999755859375",
    "FP32, 3.4028234e38, 3.4028234663852886e38",
    "FP64, 1e308, 1e308",
    "FP64, 7, 7"
  })
  void everyDatatypeIsRead(Datatype datatype, String sent, double read) throws Exception {
    ProcessInput input =
        ProcessInput.read(
            Specs.json(sent), Specs.numbers(new TensorSpec("x", datatype, List.of(-1))));

    assertEquals(read, tensor(input, 0, 0).at(0));
  }

  @Test
  void largeWholeNumbersStayExact() throws Exception {
    assertEquals(9_007_199_254_740_993L, tensor(read("single", "9007199254740993"), 0, 0).whole(0));
  }

  private static float[] numbers(ProcessInput input, int row, int tensor) {
    return tensor(input, row, tensor).floats();
  }

  private static Tensor tensor(ProcessInput input, int row, int tensor) {
    List<Input.Named> tensors =
        new ArrayList<>(assertInstanceOf(Input.Tensors.class, input.rows().get(row)).tensors());
    return tensors.get(tensor).tensor();
  }

  // ---- what cannot be understood

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          classifier | null                               | "input" must be a text or a list of texts, not null
          classifier | 7                                  | "input" must be a text or a list of texts, not the number 7
          classifier | true                               | "input" must be a text or a list of texts, not true or false
          classifier | {}                                 | "input" must be a text or a list of texts, not an object
          classifier | {"text": "a"}                      | "input" must be a text or a list of texts, not an object
          classifier | {"text": "a", "text_pair": 1}      | "input".text_pair must be a text, not the number 1
          classifier | {"text": null, "text_pair": "b"}   | "input".text must be a text, not null
          classifier | ["a", 1]                           | "input"[1] must be a text, not the number 1
          classifier | ["a", ["b"]]                       | "input"[1] must be a text, not a list
          classifier | [{"text": "a", "text_pair": []}]   | "input"[0].text_pair must be a text, not a list
          embedder   | ["a", null]                        | "input"[1] must be a text, not null
          tokens     | [["a"]]                            | "input"[0] must be a text, not a list
          reranker   | null                               | "input" must be an object of "query" and "texts", and of nothing else
          reranker   | 7                                  | "input" must be an object of "query" and "texts", and of nothing else
          reranker   | {"query": "q"}                     | "input" must be an object of "query" and "texts", and of nothing else
          reranker   | {"query": "q", "texts": [], "x": 1} | "input" must be an object of "query" and "texts", and of nothing else
          reranker   | {"query": 1, "texts": []}          | "input".query must be a text, not the number 1
          reranker   | {"query": "q", "texts": "a"}       | "input".texts must be a list of texts, not a text
          reranker   | {"query": "q", "texts": ["a", 2]}  | "input".texts[1] must be a text, not the number 2
          image      | null                               | "input" must be nested lists of numbers, not null
          image      | 7                                  | "input" must be nested lists of numbers, not the number 7
          image      | [[0, 1], [2, "3"]]                 | input[1][1] must be a whole number, not a text
          image      | [[0, 1], [2, null]]                | input[1][1] must be a whole number, not null
          image      | [[0, 1], [2, 1.5]]                 | input[1][1] must be a whole number, not the number 1.5
          image      | [[[0, 1], [2, 3]], [[0, 1], [true, 3]]] | input[1][1][0] must be a whole number, not true or false
          row        | [1, 2, "x"]                        | input[2] must be a number, not a text
          row        | [1, 2, true]                       | input[2] must be a number, not true or false
          two        | {"left": ["a"], "right": [true]}   | input.left[0] must be a number, not a text
          two        | {"left": [1], "right": ["a"]}      | input.right[0] must be a whole number, not a text
          """)
  void saysWhatIsWrongAndWhere(String model, String input, String explanation) {
    assertEquals(
        explanation,
        assertThrows(MalformedException.class, () -> read(model, input)).explanation());
  }

  // ---- what this model does not take

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          embedder   | {"text": "a", "text_pair": "b"}   | model "embedder" makes one vector of a text; send {"input": "text"} or a list of texts
          embedder   | {"query": "a", "texts": ["b"]}    | model "embedder" makes one vector of a text; send {"input": "text"}
          tokens     | {"query": "a", "texts": ["b"]}    | model "tokens" makes a vector of each token of a text; send
          classifier | {"query": "a", "texts": ["b"]}    | model "classifier" classifies texts; send {"input": "text"}, {"input": {"text"
          reranker   | "a"                               | model "reranker" is a reranker; send {"input": {"query": "…", "texts": ["…"]}}
          reranker   | ["a"]                             | model "reranker" is a reranker; send
          reranker   | {"text": "a", "text_pair": "b"}   | model "reranker" is a reranker; send
          image      | {"texts": []}                     | model "numbers" takes numbers and gives numbers; send {"input": …} with nested lists of the shape [2, 2]
          two        | [1]                               | send {"input": {"left": [-1], "right": [1]}} with nested lists
          two        | {"left": [1]}                     | send {"input": {"left": [-1], "right": [1]}}
          two        | {"left": [1], "right": [1], "x": 1} | send {"input": {"left": [-1], "right": [1]}}
          two        | {"left": [[1]], "right": [true]}  | input.left is a list of 1 rows, input.right one row; the inputs must have the same number of rows
          two        | {"left": [[1], [2]], "right": [[true]]} | input.left is a list of 2 rows, input.right a list of 1 rows
          image      | [1, 2]                            | input is lists nested 1 deep; a row is nested 2 deep, a list of rows 3
          image      | [[[[1]]]]                         | input is lists nested 4 deep; a row is nested 2 deep, a list of rows 3
          image      | [[0, 1], [2]]                     | input[1] has 1 numbers, expected 2
          image      | [[0, 1], 2]                       | input[1] must be a list, not the number 2
          image      | [[0, 1], [2, [3]]]                | input[1][1] must be a whole number, not a list
          image      | [[[0, 1], [2, 3]], [[0, 1], []]]  | input[1][1] is an empty list
          image      | [[0, 1], [2, 256]]                | input[1][1] is 256; UINT8 takes 0 to 255
          image      | [[0, 1], [2, -1]]                 | input[1][1] is -1; UINT8 takes 0 to 255
          single     | 9223372036854775808               | input is 9223372036854775808; INT64 takes
          row        | [1, 2, 1e39]                      | input[2] is too large a number for FP32
          row        | [1, 2, -1e400]                    | input[2] is too large a number for FP32
          two        | {"left": [1], "right": [2]}       | input.right[0] is 2; BOOL takes 0 to 1
          """)
  void saysWhatTheModelTakes(String model, String input, String explanation) {
    String message = assertThrows(UnfitException.class, () -> read(model, input)).getMessage();
    assertTrue(String.valueOf(message).contains(explanation), message);
  }

  @Test
  void anEmptyListInsideIsEmptyNotWrong() {
    UnfitException empty = assertThrows(UnfitException.class, () -> read("row", "[[1, 2, 3], []]"));
    assertEquals(Flaw.EMPTY, empty.outcome().flaw());
  }
}
