package io.ferry.rest.openinference;

import static io.ferry.rest.openinference.InferConformanceTest.MODEL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParser;
import io.ferry.inference.Input;
import io.ferry.inference.Tensor;
import io.ferry.model.ModelSpec;
import io.ferry.openinference.InferRows;
import io.ferry.openinference.Models;
import io.ferry.openinference.WireTensor;
import io.ferry.protocol.MalformedException;
import io.ferry.rest.Json;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How requests are read; what is wrong with them is in {@link BadInferTest}. */
class InferReaderTest {

  private static final Duration MOST_CPU = Duration.ofMillis(1);

  private static InferBody.Described read(String json) throws Exception {
    return assertInstanceOf(
        InferBody.Described.class, InferBody.read(json.getBytes(UTF_8), null, MODEL));
  }

  private static String x(InferBody.Described body) {
    WireTensor input = body.request().inputs().getFirst();
    Tensor tensor = assertInstanceOf(WireTensor.Numbers.class, input).tensor();
    return "%s %s %s %s"
        .formatted(
            input.name(),
            input.datatype(),
            Arrays.toString(input.shape()),
            Arrays.toString(tensor.floats()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,2]}]}",
        "{'inputs':[{'data':[1,2],'name':'x','shape':[1,2],'datatype':'FP32'}]}",
        "{'inputs':[{'data':[[1,2]],'datatype':'FP32','shape':[1,2],'name':'x'}]}",
        "{'inputs':[{'name':'x','data':[1,2],'shape':[1,2],'datatype':'FP32'}]}",
        "{'inputs':[{'name':'x','shape':[1,2],'data':[ [ 1 , 2 ] ],'datatype':'FP32'}]}",
        "{'inputs':[{'shape':[1,2],'datatype':'FP32','data' : [1,2] , 'name':'x'}]}",
        "{'inputs':[{'parameters':{},'data':[1,2],'shape':[1,2],'name':'x','datatype':'FP32'}]}",
        "{'id':'größer ☃ 😀','inputs':[{'data':[1,2],'name':'x','shape':[1,2],'datatype':'FP32'}]}",
        " \n\t{ 'inputs' : [ {'data':[1,2],'name':'x','shape':[1,2],'datatype':'FP32'} ] } \n",
        "\uFEFF{'inputs':[{'data':[1,2],'name':'x','shape':[1,2],'datatype':'FP32'}]}",
        "\uFEFF{'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,2]}]}",
        "{'outputs':null,'parameters':null,'inputs':[{'parameters':null,'name':'x','shape':[1,2],'datatype':'FP32','data':[1,2]}],'id':null}"
      })
  void fieldsComeInAnyOrder(String json) throws Exception {
    assertEquals("x FP32 [1, 2] [1.0, 2.0]", x(read(json.replace('\'', '"'))));
  }

  @Test
  void dataMayComeFirstOfSeveralInputsAndBeforeBinaryData() throws Exception {
    byte[] json =
        """
        {"inputs":[{"data":[1,2],"datatype":"FP32","name":"x","shape":[2]},
        {"name":"y","parameters":{"binary_data_size":3},"shape":[3],"datatype":"INT8"},
        {"data":["ö"],"shape":[1],"name":"z","datatype":"BYTES"}]}"""
            .getBytes(UTF_8);
    byte[] body = WireForm.together(List.of(json, new byte[] {7, 8, 9}));

    InferBody.Described read =
        assertInstanceOf(
            InferBody.Described.class, InferBody.read(body, Integer.toString(json.length), MODEL));

    List<WireTensor> inputs = read.request().inputs();
    assertEquals("x FP32 [2] [1.0, 2.0]", x(read));
    assertEquals(8, assertInstanceOf(WireTensor.Numbers.class, inputs.get(1)).tensor().whole(1));
    assertEquals(
        "ö",
        new String(
            assertInstanceOf(WireTensor.Bytes.class, inputs.get(2)).values().getFirst(), UTF_8));
  }

  /** Inputs that begin with their data, and what of the body is opened a second time. */
  private static List<String> openedAgain(String... inputs) throws Exception {
    byte[] body = "[%s]".formatted(String.join(",", inputs)).replace('\'', '"').getBytes(UTF_8);
    List<String> opened = new ArrayList<>();
    try (JsonParser json = Json.parser(body, 0, body.length)) {
      json.nextToken();
      InputReader reader =
          new InputReader(
              json,
              (from, to) -> {
                opened.add(new String(body, from, to - from, UTF_8));
                return Json.valueAgain(body, from, to);
              },
              body,
              body.length,
              false);
      JsonFields.list(json, "inputs", reader::read);
    }
    return opened;
  }

  /** A body has room for hundreds of thousands of inputs: none may cost what follows it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                    | [0]   | INT8
          [1,2]                 | [2]   | FP32
          [ [ 1 ] , [ 2 ] ]     | [2,1] | INT64
          [true,false]          | [2]   | BOOL
          ['ö😀','],\\u005d]'] | [2]   | BYTES
          """)
  void ofDataThatComeFirstOnlyTheDataAreReadAgain(String data, String shape, String datatype)
      throws Exception {
    String input =
        "{'data' : %s , 'name':'größer','shape':%s,'datatype':'%s'}"
            .formatted(data, shape, datatype);

    assertEquals(Collections.nCopies(3, data.replace('\'', '"')), openedAgain(input, input, input));
  }

  @Test
  void dataInTheirPlaceAreReadOnce() throws Exception {
    assertEquals(List.of(), openedAgain("{'name':'x','shape':[1],'datatype':'INT8','data':[7]}"));
  }

  @Test
  void theTermsAreFerrysOwn() throws Exception {
    InferBody.Described body =
        read(
            """
            {"inputs":[],"id":"7","parameters":{"priority":1,"timeout":2500,"binary_data_output":true},
            "outputs":[{"name":"a","parameters":{"binary_data":false}},{"name":"b"},
            {"name":"c","parameters":{"classification":2}}]}""");

    assertEquals(OptionalLong.of(9), body.request().priority());
    assertEquals(Duration.ofNanos(2_500_000), body.request().timeout().orElseThrow());
    assertEquals("7", body.request().id().orElseThrow());
    assertEquals(
        List.of("a", "b", "c"), body.request().outputs().stream().map(it -> it.name()).toList());
    assertEquals(2, body.request().outputs().getLast().classes());
    assertTrue(body.forms().binary("b"));
    assertTrue(body.forms().binary("c"));
    assertEquals(false, body.forms().binary("a"));
  }

  @Test
  void aShapeThatLiesTakesNoMemory() {
    assertEquals(
        "input \"x\" has 2 values, its shape [536870911] takes 536870911",
        assertThrows(
                MalformedException.class,
                () ->
                    read(
                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[536870911],\"datatype\":\"FP32\",\"data\":[1,2]}]}"))
            .explanation());
  }

  /** Data that does not end where the shape says is counted to its end, not kept. */
  @Test
  void valuesBeyondTheShapeAreCounted() {
    assertEquals(
        "input \"x\" has 100001 values, its shape [1] takes 1",
        assertThrows(
                MalformedException.class,
                () ->
                    read(
                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1%s]}]}"
                            .formatted(",1".repeat(100_000))))
            .explanation());
  }

  /** From the body in memory to rows that the encoder has checked. */
  @Test
  void aPictureInBinaryCostsLessThanAMillisecondOfTheProcessor() throws Exception {
    byte[] json =
        """
        {"inputs":[{"name":"x","shape":[1,3,224,224],"datatype":"FP32","parameters":{"binary_data_size":602112}}]}"""
            .getBytes(UTF_8);
    byte[] body = WireForm.together(List.of(json, new byte[602_112]));
    ModelSpec model = Models.named("x FP32 [-1,3,224,224]");
    long[] spent = new long[500];
    for (int i = 0; i < spent.length; i++) {
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      InferBody.Described read =
          (InferBody.Described) InferBody.read(body, Integer.toString(json.length), MODEL);
      Input row = InferRows.of(read.request(), model, Models.LIMITS).getFirst();
      assertTrue(((Input.Tensors) row).tensors().getFirst().tensor().finite());
      spent[i] = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    }
    // The first are the compiler's.
    long[] warm = Arrays.copyOfRange(spent, 300, spent.length);
    Arrays.sort(warm);

    Duration median = Duration.ofNanos(warm[warm.length / 2]);
    assertTrue(median.compareTo(MOST_CPU) < 0, () -> "it took " + median);
  }

  // ---- a body of data alone

  private static String raw(String model, byte[] body) throws Exception {
    InferCall call = new InferCall(InferBody.read(body, "0", MODEL));
    ModelSpec spec = Models.named(model);
    return String.join(
        "; ",
        WireForm.outputs(
                call.answer(Models.answer(spec, call.rows(spec, Models.LIMITS).inputs())).build())
            .stream()
            .map(WireForm.Tensor::toString)
            .toList());
  }

  @Test
  void theShapeOfABodyOfDataAloneFollowsFromItsLength() throws Exception {
    byte[] eight = {1, 2, 3, 4, 5, 6, 7, 8};

    assertEquals("x INT8 [8] [1, 2, 3, 4, 5, 6, 7, 8]", raw("x INT8 [-1]", eight));
    assertEquals("x INT8 [2,4] [1, 2, 3, 4, 5, 6, 7, 8]", raw("x INT8 [-1,4]", eight));
    assertEquals("x INT8 [1,8] [1, 2, 3, 4, 5, 6, 7, 8]", raw("x INT8 [-1,8]", eight));
    assertEquals("x INT8 [1,8] [1, 2, 3, 4, 5, 6, 7, 8]", raw("x INT8 [-1,-1]", eight));
    assertEquals("x INT8 [1,4,2] [1, 2, 3, 4, 5, 6, 7, 8]", raw("x INT8 [-1,-1,2]", eight));
    assertEquals("x INT8 [2,2,2] [1, 2, 3, 4, 5, 6, 7, 8]", raw("x INT8 [-1,2,2]", eight));
    assertEquals("x INT64 [1] [578437695752307201]", raw("x INT64 [-1]", eight));
  }

  @Test
  void aBodyOfDataAloneIsOneText() throws Exception {
    assertEquals("embedding FP32 [1,2] [2.0, 246.0]", raw("embedder", "ö!".getBytes(UTF_8)));
    // A length in front would be part of the text.
    assertEquals(
        "embedding FP32 [1,2] [5.0, 1.0]",
        raw("embedder", ByteBuffer.allocate(5).put(new byte[] {1, 0, 0, 0, 'a'}).array()));
  }
}
