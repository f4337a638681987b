package io.ferry.openinference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ferry.inference.Datatype;
import io.ferry.inference.Input;
import io.ferry.inference.ModelChoice;
import io.ferry.inference.Tensor;
import io.ferry.openinference.InferRequest.RequestedOutput;
import io.ferry.protocol.UnfitException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inputs that do not fit the model are refused, each with what is wrong and what it takes. */
class InferRowsTest {

  private static InferRequest request(List<WireTensor> inputs, String... outputs) {
    return new InferRequest(
        Optional.empty(),
        ModelChoice.DEFAULT,
        inputs,
        Arrays.stream(outputs).map(it -> new RequestedOutput(it, 0)).toList(),
        Optional.empty(),
        OptionalLong.empty());
  }

  /** Tensors of zeros, such as {@code x FP32 2 3}; texts of {@code a}. */
  private static List<WireTensor> inputs(String written) {
    List<WireTensor> inputs = new ArrayList<>();
    for (String input : written.split(",", -1)) {
      String[] parts = input.strip().split(" ", -1);
      int[] shape = Arrays.stream(parts).skip(2).mapToInt(Integer::parseInt).toArray();
      int elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      if (parts[1].equals("BYTES")) {
        String[] texts = new String[elements];
        Arrays.fill(texts, "a");
        inputs.add(Models.texts(parts[0], shape, texts));
      } else {
        Datatype datatype = Datatype.valueOf(parts[1]);
        inputs.add(
            new WireTensor.Numbers(
                parts[0],
                new Tensor(datatype, shape, ByteBuffer.allocate(elements * datatype.bytes()))));
      }
    }
    return inputs;
  }

  private static List<Input> rows(List<WireTensor> inputs, String model) throws UnfitException {
    return InferRows.of(request(inputs), Models.named(model), Models.LIMITS);
  }

  private static String refused(String model, List<WireTensor> inputs, String... outputs) {
    return assertThrows(
            UnfitException.class,
            () -> InferRows.of(request(inputs, outputs), Models.named(model), Models.LIMITS))
        .outcome()
        .message();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x FP32 [-1,2] | x FP32 1 3              | input "x" has the shape [1, 3], the model takes [-1, 2]
          x FP32 [-1,2] | x FP32 2                | input "x" has the shape [2], the model takes [-1, 2]
          x FP32 [-1,2] | x FP32 1 2 1            | input "x" has the shape [1, 2, 1], the model takes [-1, 2]
          x FP32 [-1,2] | x FP32                  | input "x" has the shape [], the model takes [-1, 2]
          x FP32 [-1]   | x FP32                  | input "x" has the shape [], the model takes [-1]
          x FP32 [-1,-1] | x FP32 1 0             | input "x" has the shape [1, 0], the model takes [-1, -1]
          x FP32 [-1,2] | x FP64 1 2              | input "x" is FP64, the model takes FP32
          x FP32 [-1,2] | x INT32 1 2             | input "x" is INT32, the model takes FP32
          x FP32 [-1,2] | x BYTES 1 2             | input "x" is BYTES, the model takes FP32
          x FP32 [-1,2] | x FP32 1 2, x FP32 1 2  | input "x" is there twice
          x FP32 [-1,2] | y FP32 1 2              | the model takes no input "y" here; model "echo" takes x FP32 [-1, 2]
          x FP32 [-1,2] | X FP32 1 2              | the model takes no input "X" here; model "echo" takes x FP32 [-1, 2]
          x FP32 [-1,2] | x FP32 1 2, y FP32 1 2  | the model takes no input "y" here; model "echo" takes x FP32 [-1, 2]
          x FP32 [-1,2]; y INT8 [-1] | x FP32 1 2 | input "y" is missing; model "echo" takes x FP32 [-1, 2], y INT8 [-1]
          x FP32 [-1,2]; y INT8 [-1] | x FP32 2 2, y INT8 3 | input "x" has 2 rows, input "y" 3; all inputs need as many
          x FP32 [-1,2]; y INT8 [-1] | x FP32 2 2, y INT8 0 | input "x" has 2 rows, input "y" 0; all inputs need as many
          embedder   | x BYTES 1                  | the model takes no input "x" here; model "embedder" takes text BYTES [-1]
          embedder   | text FP32 1                | input "text" is FP32, the model takes BYTES
          embedder   | text BYTES 1 2             | input "text" has the shape [1, 2], the model takes [-1]
          embedder   | text BYTES                 | input "text" has the shape [], the model takes [-1]
          embedder   | text BYTES 1 1 1           | input "text" has the shape [1, 1, 1], the model takes [-1]
          embedder   | text BYTES 1, text_pair BYTES 1 | the model takes no input "text_pair" here; model "embedder" takes text BYTES [-1]
          embedder   | text BYTES 1, input_ids INT64 1 2 | the model takes no input "text" here; model "embedder" takes text BYTES [-1]
          embedder   | attention_mask INT64 1 2   | the model takes no input "attention_mask" here; model "embedder" takes text BYTES [-1]
          embedder   | input_ids INT32 1 2        | input "input_ids" is INT32, the model takes INT64
          embedder   | input_ids BYTES 1 2        | input "input_ids" is BYTES, the model takes INT64
          embedder   | input_ids INT64 2          | input "input_ids" has the shape [2], the model takes [-1, -1]
          embedder   | input_ids INT64 1 2, attention_mask INT64 1 3 | input "input_ids" has the shape [1, 2], input "attention_mask" [1, 3]; they must be alike
          embedder   | input_ids INT64 1 2, attention_mask FP32 1 2  | input "attention_mask" is FP32, the model takes INT64
          embedder   | input_ids INT64 1 2, token_type_ids INT64 2 1 | input "input_ids" has the shape [1, 2], input "token_type_ids" [2, 1]; they must be alike
          embedder   | input_ids INT64 1 2, attention_mask INT64 1 2 | input "attention_mask": row 0 has no 1; nothing of the row is left
          embedder   | input_ids INT64 1 0        | input "input_ids" has the shape [1, 0]; a row has at least one token
          embedder   | input_ids INT64 268435455 0 | input "input_ids" has the shape [268435455, 0]; a row has at least one token
          embedder   | input_ids INT64 268435455 0, attention_mask INT64 268435455 0 | input "input_ids" has the shape [268435455, 0]; a row has at least one token
          embedder   | input_ids INT64 1 2, position_ids INT64 1 2   | the model takes no input "position_ids" here; model "embedder" takes text BYTES [-1]
          classifier | text_pair BYTES 1          | input "text" is missing; model "classifier" takes text BYTES [-1]
          classifier | text BYTES 1, text_pair BYTES 2 | input "text" has 1 rows, input "text_pair" 2; all inputs need as many
          classifier | text BYTES 1, query BYTES 1 | the model takes no input "query" here; model "classifier" takes text BYTES [-1]
          reranker   | text BYTES 1               | input "query" is missing; model "reranker" takes query BYTES [-1], text BYTES [-1]
          reranker   | query BYTES 1              | input "text" is missing; model "reranker" takes query BYTES [-1], text BYTES [-1]
          reranker   | query BYTES 1, text BYTES 2 | input "query" has 1 rows, input "text" 2; all inputs need as many
          """)
  void whatDoesNotFitIsRefused(String model, String inputs, String says) {
    assertEquals(says, refused(model, inputs(inputs)));
  }

  @Test
  void noInputsAtAllAreRefused() {
    assertEquals(
        "input \"text\" is missing; model \"embedder\" takes text BYTES [-1]",
        refused("embedder", List.of()));
    assertEquals(
        "input \"x\" is missing; model \"echo\" takes x FP32 [-1, 2]",
        refused("x FP32 [-1,2]", List.of()));
  }

  @Test
  void aTextThatIsNotUtf8IsRefusedByItsPlace() {
    WireTensor texts =
        new WireTensor.Bytes(
            "text", new int[] {2}, List.of(new byte[] {'a'}, new byte[] {(byte) 0xc3, 'a'}));

    assertEquals(
        "input \"text\": value 1 is no text in UTF-8", refused("embedder", List.of(texts)));
  }

  @Test
  void outputsThatThereAreNotAreRefusedBeforeTheModelRuns() {
    List<WireTensor> text = inputs("text BYTES 1");

    assertEquals(
        "model \"classifier\" has no output \"probs\"; it has logits, label, score",
        refused("classifier", text, "probs"));
    assertEquals(
        "output \"label\" is asked for twice", refused("classifier", text, "label", "label"));
    assertEquals(
        "model \"echo\" has no output \"y\"; it has x",
        refused("x FP32 [-1,2]", inputs("x FP32 1 2"), "y"));
  }

  @Test
  void rowsOfNumbersAreViewsOfTheRequest() throws Exception {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(new float[] {1, 2, 3, 4});
    WireTensor x = new WireTensor.Numbers("x", new Tensor(Datatype.FP32, new int[] {2, 2}, data));

    List<Input> rows = rows(List.of(x), "x FP32 [-1,2]");

    assertEquals(2, rows.size());
    Tensor second =
        assertInstanceOf(Input.Tensors.class, rows.get(1)).tensors().getFirst().tensor();
    assertArrayEquals(new float[] {3, 4}, second.floats());
    assertSame(data.array(), second.data().array());
  }

  @Test
  void noRowsAreNoRows() throws Exception {
    assertEquals(List.of(), rows(inputs("x FP32 0 2"), "x FP32 [-1,2]"));
    assertEquals(List.of(), rows(inputs("text BYTES 0"), "embedder"));
    for (String none : List.of("input_ids INT64 0 2", "input_ids INT64 0 0")) {
      assertEquals(List.of(), rows(inputs(none), "embedder"));
    }
  }

  /** A row takes hundreds of bytes, its data here one: ten million of them fit a body. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x INT8 [-1]   | x INT8 %d
          x INT8 [-1,1] | x INT8 %d 1
          embedder      | input_ids INT64 %d 1
          embedder      | text BYTES %d
          reranker      | query BYTES %1$d, text BYTES %1$d
          """)
  void tooManyRowsAreRefusedBeforeTheyAreMade(String model, String inputs) throws Exception {
    assertEquals(256, rows(inputs(inputs.formatted(256)), model).size());
    assertEquals(
        "the input has 257 rows, at most 256 are allowed in one request",
        refused(model, inputs(inputs.formatted(257))));
  }

  @Test
  void aModelThatTakesTextsAndGivesNumbersGetsThem() throws Exception {
    assertEquals(
        List.of(new Input.Text("a")), rows(inputs("text BYTES 1"), "input_ids INT64 [-1,-1]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 0 1   | row 0 has a 0 between its 1s; padding is at one side of a row
          0 1 0 1 | row 0 has a 0 between its 1s; padding is at one side of a row
          1 2     | row 0 holds 2; allowed are 0 and 1
          -1 1    | row 0 holds -1; allowed are 0 and 1
          1 0 7   | row 0 holds 7; allowed are 0 and 1
          0 0     | row 0 has no 1; nothing of the row is left
          """)
  void aMaskHasOnesInOnePiece(String mask, String says) {
    long[] values = Arrays.stream(mask.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    ByteBuffer data = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    int[] shape = {1, values.length};
    Tensor tensor = new Tensor(Datatype.INT64, shape, data);

    assertEquals(
        "input \"attention_mask\": " + says,
        refused(
            "embedder",
            List.of(
                new WireTensor.Numbers("input_ids", tensor),
                new WireTensor.Numbers("attention_mask", tensor))));
  }
}
