package io.ferry.rest.openinference;

import static io.ferry.rest.openinference.InferConformanceTest.MODEL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.model.ModelSpec;
import io.ferry.openinference.Models;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.ErrorReply;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way we know to get a request to infer wrong. Each has its status, the protocol's body, and
 * a sentence to act on.
 */
class BadInferTest {

  /**
   * One wrong request to a model that takes x FP32 [-1,2].
   *
   * @param json with ' for "
   */
  record BadInfer(String name, String json, int status, String says) {

    static BadInfer of(String line) {
      String[] parts = CELL.split(line, -1);
      return new BadInfer(parts[0], parts[1], Integer.parseInt(parts[2]), parts[3]);
    }

    byte[] body() {
      // Duplicate keys are named in such quotes.
      return json.replace('\'', '"').getBytes(UTF_8);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final Pattern CELL = Pattern.compile(" \\| ");
  private static final ModelSpec ECHO = Models.named("x FP32 [-1,2]");

  private static final String ROWS =
      """
      nothing |  | 400 | the body is empty; send a JSON object such as
      space |    | 400 | the body is empty; send a JSON object such as
      a word | hello | 400 | the body is not JSON: line 1, column
      an open brace | { | 400 | the body is not JSON
      a request cut off in a list | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1, | 400 | the body is not JSON
      a request cut off in a number | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,2. | 400 | the body is not JSON
      a request cut off in a text | {'inputs':[{'name':'x | 400 | the body is not JSON
      a request without its last brace | {'inputs':[] | 400 | the body is not JSON
      two values | {'inputs':[]} {} | 400 | there is more after the end of the value
      a comma too many | {'inputs':[],} | 400 | the body is not JSON
      a comment | {'inputs':[]} // why | 400 | the body is not JSON
      a name in no quotes | {inputs:[]} | 400 | the body is not JSON
      not a number as such | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[NaN,1]}]} | 400 | the body is not JSON
      infinity as such | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[Infinity,1]}]} | 400 | the body is not JSON
      a leading zero | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[01,1]}]} | 400 | the body is not JSON
      a leading plus | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[+1,1]}]} | 400 | the body is not JSON
      inputs twice | {'inputs':[],'inputs':[]} | 400 | Duplicate field 'inputs'
      a name twice | {'inputs':[{'name':'x','name':'y'}]} | 400 | Duplicate field 'name'
      data twice | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,2],'data':[1,2]}]} | 400 | Duplicate field 'data'
      data twice before its shape | {'inputs':[{'data':[1,2],'data':[1,2],'name':'x','shape':[1,2],'datatype':'FP32'}]} | 400 | Duplicate field 'data'
      a parameter twice | {'parameters':{'timeout':1,'timeout':2},'inputs':[]} | 400 | Duplicate field 'timeout'
      a key twice in skipped data | {'inputs':[{'data':[{'a':1,'a':2}],'name':'x','shape':[1,2],'datatype':'FP32'}]} | 400 | Duplicate field 'a'
      a list | [] | 400 | the body must be an object, not a list
      a text | 'a' | 400 | the body must be an object, not a text
      a number | 1 | 400 | the body must be an object, not the number 1
      null | null | 400 | the body must be an object, not null
      no inputs | {} | 400 | the field "inputs" is missing
      inputs of null | {'inputs':null} | 400 | the field "inputs" is missing
      inputs that are an object | {'inputs':{}} | 400 | inputs must be a list, not an object
      an input that is a text | {'inputs':['x']} | 400 | inputs[0] must be an object, not a text
      an input that is null | {'inputs':[null]} | 400 | inputs[0] must be an object, not null
      an id that is a number | {'id':7,'inputs':[]} | 400 | "id" must be a text, not the number 7
      an id that is half a character | {'id':'\\ud83d','inputs':[]} | 400 | "id" is not well-formed Unicode
      parameters that are a list | {'parameters':[],'inputs':[]} | 400 | the parameters of the request must be an object, not a list
      a parameter that is a list | {'parameters':{'timeout':[1]},'inputs':[]} | 400 | the parameter "timeout" of the request must be a text, a number, or true or false, not a list
      outputs that are a text | {'inputs':[],'outputs':'x'} | 400 | outputs must be a list, not a text
      an output that is a text | {'inputs':[],'outputs':['x']} | 400 | outputs[0] must be an object, not a text
      an output without a name | {'inputs':[],'outputs':[{}]} | 400 | outputs[0] has no "name"
      a name that is a number | {'inputs':[{'name':1}]} | 400 | inputs[0].name must be a text, not the number 1
      no name | {'inputs':[{'shape':[1],'datatype':'FP32','data':[1]}]} | 400 | inputs[0] has no "name"
      no datatype | {'inputs':[{'name':'x','shape':[1],'data':[1]}]} | 400 | inputs[0] has no "datatype"
      no shape | {'inputs':[{'name':'x','datatype':'FP32','data':[1]}]} | 400 | inputs[0] has no "shape"
      an empty name | {'inputs':[{'name':'','shape':[1],'datatype':'FP32','data':[1]}]} | 400 | an input has an empty name
      a shape that is a number | {'inputs':[{'name':'x','shape':2,'datatype':'FP32','data':[1]}]} | 400 | inputs[0].shape must be a list, not the number 2
      a shape of fractions | {'inputs':[{'name':'x','shape':[1.0,2],'datatype':'FP32','data':[1]}]} | 400 | inputs[0].shape[0] must be a whole number of 64 bits, not the number 1.0
      a shape of texts | {'inputs':[{'name':'x','shape':['1'],'datatype':'FP32','data':[1]}]} | 400 | inputs[0].shape[0] must be a whole number of 64 bits, not a text
      a shape of lists | {'inputs':[{'name':'x','shape':[[1]],'datatype':'FP32','data':[1]}]} | 400 | inputs[0].shape[0] must be a whole number of 64 bits, not a list
      data that is a number | {'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':1}]} | 400 | input "x": data must be a list, not the number 1
      data that is a text | {'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':'AACAPw=='}]} | 400 | input "x": data must be a list, not a text
      data that is an object | {'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':{}}]} | 400 | input "x": data must be a list, not an object
      no data | {'inputs':[{'name':'x','shape':[1],'datatype':'FP32'}]} | 400 | input "x" has neither "data" nor the parameter binary_data_size
      data of null | {'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':null}]} | 400 | input "x" has neither "data" nor the parameter binary_data_size
      an unknown field | {'inputs':[],'model_name':'x'} | 400 | unknown field "model_name" in the body; there are id, parameters, inputs, outputs
      an unknown field of an input | {'inputs':[{'name':'x','dtype':'FP32'}]} | 400 | unknown field "dtype" in inputs[0]; there are name, shape, datatype, parameters, data
      an unknown field of an output | {'inputs':[],'outputs':[{'name':'x','datatype':'FP32'}]} | 400 | unknown field "datatype" in outputs[0]; there are name, parameters
      an unknown field of null | {'inputs':[],'stream':null} | 400 | unknown field "stream" in the body
      an unknown parameter | {'parameters':{'temperature':1},'inputs':[]} | 400 | unknown parameter "temperature" of the request; there are timeout, priority, binary_data_output
      an unknown parameter of an input | {'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':[1],'parameters':{'content_type':'np'}}]} | 400 | unknown parameter "content_type" of inputs[0]; there are binary_data_size
      an unknown parameter of an output | {'inputs':[],'outputs':[{'name':'x','parameters':{'top':1}}]} | 400 | unknown parameter "top" of outputs[0]; there are binary_data, classification
      a sequence | {'parameters':{'sequence_id':7,'sequence_start':true},'inputs':[]} | 501 | the parameter "sequence_id" of the request: Ferry keeps nothing from one request to the next
      shared memory in | {'inputs':[{'name':'x','shape':[1],'datatype':'FP32','parameters':{'shared_memory_region':'r','shared_memory_byte_size':4}}]} | 501 | the parameter "shared_memory_byte_size" of inputs[0]: Ferry shares no memory with clients
      shared memory out | {'inputs':[],'outputs':[{'name':'x','parameters':{'shared_memory_region':'r'}}]} | 501 | the parameter "shared_memory_region" of outputs[0]: Ferry shares no memory with clients
      a timeout that is negative | {'parameters':{'timeout':-1},'inputs':[]} | 400 | the parameter "timeout" of the request must be 0 or more
      a timeout that is a fraction | {'parameters':{'timeout':0.5},'inputs':[]} | 400 | the parameter "timeout" of the request must be a whole number
      a priority of many digits | {'parameters':{'priority':99999999999999999999},'inputs':[]} | 400 | the parameter "priority" of the request must be a whole number
      a priority that is a text | {'parameters':{'priority':'1'},'inputs':[]} | 400 | the parameter "priority" of the request must be a whole number
      a negative classification | {'inputs':[],'outputs':[{'name':'x','parameters':{'classification':-1}}]} | 400 | the parameter "classification" of outputs[0] must be 0 or more
      a binary_data that is a number | {'inputs':[],'outputs':[{'name':'x','parameters':{'binary_data':1}}]} | 400 | the parameter "binary_data" of outputs[0] must be true or false
      a binary_data_output that is a text | {'parameters':{'binary_data_output':'true'},'inputs':[]} | 400 | the parameter "binary_data_output" of the request must be true or false
      a binary_data_size without the header | {'inputs':[{'name':'x','shape':[1],'datatype':'FP32','parameters':{'binary_data_size':4}}]} | 400 | input "x" has binary_data_size, but the request has no header Inference-Header-Content-Length
      a binary_data_size that is a text | {'inputs':[{'name':'x','shape':[1],'datatype':'FP32','parameters':{'binary_data_size':'4'}}]} | 400 | the parameter "binary_data_size" of inputs[0] must be a whole number
      bfloat16 | {'inputs':[{'name':'x','shape':[1],'datatype':'BF16','data':[1]}]} | 400 | input "x" is BF16, which Ferry does not take
      int16 | {'inputs':[{'name':'x','shape':[1],'datatype':'INT16','data':[1]}]} | 400 | input "x" is INT16, which Ferry does not take
      uint16 | {'inputs':[{'name':'x','shape':[1],'datatype':'UINT16','data':[1]}]} | 400 | input "x" is UINT16, which Ferry does not take
      uint32 | {'inputs':[{'name':'x','shape':[1],'datatype':'UINT32','data':[1]}]} | 400 | input "x" is UINT32, which Ferry does not take
      uint64 | {'inputs':[{'name':'x','shape':[1],'datatype':'UINT64','data':[1]}]} | 400 | input "x" is UINT64, which Ferry does not take
      a datatype in small letters | {'inputs':[{'name':'x','shape':[1],'datatype':'fp32','data':[1]}]} | 400 | input "x" has the datatype "fp32", which there is not
      a datatype of another protocol | {'inputs':[{'name':'x','shape':[1],'datatype':'TYPE_FP32','data':[1]}]} | 400 | input "x" has the datatype "TYPE_FP32", which there is not
      half precision in JSON | {'inputs':[{'name':'x','shape':[1],'datatype':'FP16','data':[1]}]} | 400 | input "x" is FP16, which has no form in JSON
      a negative axis | {'inputs':[{'name':'x','shape':[-1,2],'datatype':'FP32','data':[1,2]}]} | 400 | input "x" has the shape [-1, 2]; an axis of a request cannot be negative
      a huge axis | {'inputs':[{'name':'x','shape':[9223372036854775807],'datatype':'FP32','data':[1,2]}]} | 400 | that is more than 2 GiB
      an axis of more than 64 bits | {'inputs':[{'name':'x','shape':[9223372036854775808],'datatype':'FP32','data':[1]}]} | 400 | inputs[0].shape[0] must be a whole number of 64 bits
      a product that overflows | {'inputs':[{'name':'x','shape':[4294967296,4294967296],'datatype':'FP32','data':[1]}]} | 400 | that is more than 2 GiB
      a product that overflows to what is there | {'inputs':[{'name':'x','shape':[4611686018427387905,4],'datatype':'FP32','data':[1,2,3,4]}]} | 400 | that is more than 2 GiB
      too many axes | {'inputs':[{'name':'x','shape':[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],'datatype':'FP32','data':[1]}]} | 400 | input "x" has 33 axes, at most 32 are allowed
      too few values | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1]}]} | 400 | input "x" has 1 values, its shape [1, 2] takes 2
      too many values | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,2,3]}]} | 400 | input "x" has 3 values, its shape [1, 2] takes 2
      no values | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[]}]} | 400 | input "x" has 0 values, its shape [1, 2] takes 2
      a list that is too short | {'inputs':[{'name':'x','shape':[2,2],'datatype':'FP32','data':[[1,2],[3]]}]} | 400 | input "x": data[1] has 1 values, its shape [2, 2] takes 2
      a list that is too long | {'inputs':[{'name':'x','shape':[2,2],'datatype':'FP32','data':[[1,2,3],[3,4]]}]} | 400 | input "x": data[0] has 3 values, its shape [2, 2] takes 2
      too few lists | {'inputs':[{'name':'x','shape':[2,2],'datatype':'FP32','data':[[1,2]]}]} | 400 | input "x": data has 1 lists, its shape [2, 2] takes 2
      lists nested another way round | {'inputs':[{'name':'x','shape':[3,2],'datatype':'FP32','data':[[1,2,3],[4,5,6]]}]} | 400 | input "x": data[0] has 3 values, its shape [3, 2] takes 2
      lists beside numbers | {'inputs':[{'name':'x','shape':[2,2],'datatype':'FP32','data':[[1,2],3,4]}]} | 400 | input "x": data[1] must be a list, not the number 3
      numbers beside lists | {'inputs':[{'name':'x','shape':[2,2],'datatype':'FP32','data':[1,2,[3,4]]}]} | 400 | input "x": data[2] must be a number, not a list
      lists nested too deep | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[[[1,2]]]}]} | 400 | input "x": data[0][0] must be a number, not a list
      lists in a vector | {'inputs':[{'name':'x','shape':[2],'datatype':'FP32','data':[[1,2]]}]} | 400 | input "x": data[0] must be a number, not a list
      lists not nested deep enough | {'inputs':[{'name':'x','shape':[1,1,2],'datatype':'FP32','data':[[1,2]]}]} | 400 | input "x": data[0][0] must be a list, not the number 1
      a text for a number | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':['NaN',1]}]} | 400 | input "x": data[0] must be a number, not a text
      a number in a text | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,'2']}]} | 400 | input "x": data[1] must be a number, not a text
      null for a number | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,null]}]} | 400 | input "x": data[1] must be a number, not null
      truth for a number | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[true,1]}]} | 400 | input "x": data[0] must be a number, not true or false
      an object for a number | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[{},1]}]} | 400 | input "x": data[0] must be a number, not an object
      too large for fp32 | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,3.5e38]}]} | 400 | input "x": data[1] is too large a number for FP32
      too large for fp64 | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP64','data':[1e309,1]}]} | 400 | input "x": data[0] is too large a number for FP64
      a fraction for int32 | {'inputs':[{'name':'x','shape':[1,2],'datatype':'INT32','data':[1,1.5]}]} | 400 | input "x": data[1] must be a whole number, not the number 1.5
      a point in int64 | {'inputs':[{'name':'x','shape':[1,2],'datatype':'INT64','data':[1.0,1]}]} | 400 | input "x": data[0] must be a whole number, not the number 1.0
      too large for int8 | {'inputs':[{'name':'x','shape':[1,2],'datatype':'INT8','data':[1,128]}]} | 400 | input "x": data[1] is 128; INT8 takes -128 to 127
      negative for uint8 | {'inputs':[{'name':'x','shape':[1,2],'datatype':'UINT8','data':[-1,1]}]} | 400 | input "x": data[0] is -1; UINT8 takes 0 to 255
      too large for int32 | {'inputs':[{'name':'x','shape':[1,2],'datatype':'INT32','data':[2147483648,1]}]} | 400 | input "x": data[0] is 2147483648; INT32 takes -2147483648 to 2147483647
      too large for int64 | {'inputs':[{'name':'x','shape':[1,2],'datatype':'INT64','data':[9223372036854775808,1]}]} | 400 | input "x": data[0] is 9223372036854775808; INT64 takes -9223372036854775808 to 9223372036854775807
      2 for a truth value | {'inputs':[{'name':'x','shape':[1,2],'datatype':'BOOL','data':[true,2]}]} | 400 | input "x": data[1] is 2; BOOL takes 0 to 1
      a text for a truth value | {'inputs':[{'name':'x','shape':[1,2],'datatype':'BOOL','data':[true,'false']}]} | 400 | input "x": data[1] must be true or false, not a text
      a number for a text | {'inputs':[{'name':'x','shape':[2],'datatype':'BYTES','data':['a',1]}]} | 400 | input "x": data[1] must be a text, not the number 1
      null for a text | {'inputs':[{'name':'x','shape':[1],'datatype':'BYTES','data':[null]}]} | 400 | input "x": data[0] must be a text, not null
      half a character | {'inputs':[{'name':'x','shape':[1],'datatype':'BYTES','data':['\\ud83d']}]} | 400 | input "x": data[0] is not well-formed Unicode: half a surrogate pair
      a fraction in data before its datatype | {'inputs':[{'data':[1.5,1],'name':'x','shape':[1,2],'datatype':'INT32'}]} | 400 | input "x": data[0] must be a whole number, not the number 1.5
      data before its shape that is a text | {'inputs':[{'data':'[1,2]','name':'x','shape':[1,2],'datatype':'FP32'}]} | 400 | input "x": data must be a list, not a text
      data before its shape that is a number | {'inputs':[{'data':17,'name':'x','shape':[1,2],'datatype':'FP32'}]} | 400 | input "x": data must be a list, not the number 17
      data before its shape that is true | {'inputs':[{'data':true,'name':'x','shape':[1,2],'datatype':'FP32'}]} | 400 | input "x": data must be a list, not true or false
      data before its shape that is an object | {'inputs':[{'data':{'a':[1]},'name':'x','shape':[1,2],'datatype':'FP32'}]} | 400 | input "x": data must be a list, not an object
      data before its shape that is cut off | {'inputs':[{'data':'[1,2],'name':'x','shape':[1,2] | 400 | the body is not JSON
      too few values before their shape | {'inputs':[{'data':[1],'name':'x','shape':[1,2],'datatype':'FP32'}]} | 400 | input "x" has 1 values, its shape [1, 2] takes 2
      too many values before their shape | {'inputs':[{'data':[[1,2],[3,4]],'name':'x','shape':[1,2],'datatype':'FP32'}]} | 400 | input "x": data has 2 lists, its shape [1, 2] takes 1
      another input | {'inputs':[{'name':'y','shape':[1,2],'datatype':'FP32','data':[1,2]}]} | 400 | the model takes no input "y" here; model "echo" takes x FP32 [-1, 2]
      no input at all | {'inputs':[]} | 400 | input "x" is missing; model "echo" takes x FP32 [-1, 2]
      an input twice | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,2]},{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,2]}]} | 400 | input "x" is there twice
      another datatype | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP64','data':[1,2]}]} | 400 | input "x" is FP64, the model takes FP32
      another shape | {'inputs':[{'name':'x','shape':[1,3],'datatype':'FP32','data':[1,2,3]}]} | 400 | input "x" has the shape [1, 3], the model takes [-1, 2]
      no batch axis | {'inputs':[{'name':'x','shape':[2],'datatype':'FP32','data':[1,2]}]} | 400 | input "x" has the shape [2], the model takes [-1, 2]
      a single number | {'inputs':[{'name':'x','shape':[],'datatype':'FP32','data':[1]}]} | 400 | input "x" has the shape [], the model takes [-1, 2]
      texts for numbers | {'inputs':[{'name':'x','shape':[1,2],'datatype':'BYTES','data':['1','2']}]} | 400 | input "x" is BYTES, the model takes FP32
      another output | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,2]}],'outputs':[{'name':'y'}]} | 400 | model "echo" has no output "y"; it has x
      an output twice | {'inputs':[{'name':'x','shape':[1,2],'datatype':'FP32','data':[1,2]}],'outputs':[{'name':'x'},{'name':'x'}]} | 400 | output "x" is asked for twice
      """;

  static List<BadInfer> rows() {
    return ROWS.lines().map(BadInfer::of).toList();
  }

  @Test
  void thereAreMany() {
    assertTrue(rows().size() >= 60, () -> "only " + rows().size());
  }

  /** The answer, as {@code InferenceEndpoint} makes it. */
  private static Response answer(byte[] body, @Nullable String jsonLength, ModelSpec model) {
    OpenInferenceProtocol protocol = new OpenInferenceProtocol();
    try {
      InferCall call = new InferCall(InferBody.read(body, jsonLength, MODEL));
      return call.answer(Models.answer(model, call.rows(model, Models.LIMITS).inputs())).build();
    } catch (MalformedException malformed) {
      return ErrorReply.badRequest(malformed.explanation()).response(protocol);
    } catch (UnfitException unfit) {
      return ErrorReply.of(unfit.outcome()).response(protocol);
    }
  }

  private static void assertError(Response answer, int status, String says) {
    String body = new String((byte[]) answer.getEntity(), StandardCharsets.UTF_8);
    assertEquals(status, answer.getStatus(), body);
    assertEquals("application/json", answer.getMediaType().toString());
    JsonNode json = WireForm.json(body);
    assertEquals(1, json.size(), body);
    String error = json.path("error").asText();
    assertTrue(error.contains(says), error);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void inJson(BadInfer bad) {
    assertError(answer(bad.body(), null, ECHO), bad.status(), bad.says());
  }

  /** The JSON in front of binary data is read as strictly; there are none here. */
  @ParameterizedTest
  @MethodSource("rows")
  void inJsonThatBinaryDataMayFollow(BadInfer bad) {
    byte[] body = bad.body();
    if (body.length > 0 && !bad.says().contains("no header")) {
      assertError(answer(body, Integer.toString(body.length), ECHO), bad.status(), bad.says());
    }
  }

  // ---- bytes

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a byte that UTF-8 has not       | ff
          half a character                | c3
          an overlong zero                | c0 80
          a character over U+10FFFF       | f5 80 80 80
          half a surrogate pair           | ed a0 bd
          a continuation without a start  | 80
          """)
  void textIsUtf8(String name, String bytes) {
    byte[] start = "{\"inputs\":[{\"name\":\"".getBytes(UTF_8);
    byte[] inside = new byte[bytes.split(" ", -1).length];
    for (int i = 0; i < inside.length; i++) {
      inside[i] = (byte) Integer.parseInt(bytes.split(" ", -1)[i], 16);
    }

    assertError(
        answer(WireForm.together(List.of(start, inside, "\"}]}".getBytes(UTF_8))), null, ECHO),
        400,
        "the body is not JSON in UTF-8");
  }

  @Test
  void otherEncodingsAreNotGuessedAt() {
    for (String encoding : List.of("UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE", "UTF-16")) {
      byte[] body = "{\"inputs\":[]}".getBytes(java.nio.charset.Charset.forName(encoding));
      assertError(answer(body, null, ECHO), 400, "the body is not JSON in UTF-8");
    }
  }

  @Test
  void whatIsTooDeepOrTooLongHasALimit() {
    String deep = "{\"inputs\":" + "[".repeat(100_000);
    String data = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":%s}]}";
    String unread = "{\"inputs\":[{\"data\":%s,\"name\":\"x\"}]}";

    assertError(answer(deep.getBytes(UTF_8), null, ECHO), 400, "must be an object, not a list");
    for (String request : List.of(data, unread)) {
      String error =
          request.equals(data) ? "must be a number, not a list" : "nest 1000 levels deep";
      assertError(
          answer(request.formatted("[".repeat(100_000)).getBytes(UTF_8), null, ECHO), 400, error);
      assertError(
          answer(request.formatted("[" + "9".repeat(2_000) + "]").getBytes(UTF_8), null, ECHO),
          400,
          "numbers of 1000 digits");
    }
    assertError(
        answer(("{\"" + "n".repeat(60_000) + "\":1}").getBytes(UTF_8), null, ECHO),
        400,
        "names of 50000 characters");
    assertError(
        answer(("{\"" + "n".repeat(40_000) + "\":1}").getBytes(UTF_8), null, ECHO),
        400,
        "unknown field \"nnn");
  }

  @Test
  void aLongTextIsReadAndComesBackClipped() {
    String request =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"%s\",\"data\":[1]}]}"
            .formatted("n".repeat(10_000_000));

    Response answer = answer(request.getBytes(UTF_8), null, ECHO);

    assertError(answer, 400, "has the datatype \"nnn");
    assertTrue(((byte[]) answer.getEntity()).length < 400);
  }

  /** They are no bytes, so that any number of them would fit the data. */
  @Test
  void rowsOfNoTokensAreRefusedHoweverManyThereAre() {
    ModelSpec embedder = Models.named("embedder");
    String says = "input \"input_ids\" has the shape [268435455, 0]; a row has at least one token";
    for (String written :
        List.of(
            "input_ids INT64 [268435455,0] []",
            "input_ids INT64 [268435455,0] []; attention_mask INT64 [268435455,0] []",
            "input_ids INT64 [268435455,0] []; token_type_ids INT64 [268435455,0] []")) {
      List<WireForm.Tensor> inputs = WireForm.Tensor.list(written);
      for (WireForm.Sent sent :
          List.of(
              WireForm.inJson(inputs, WireForm.json("{}")),
              WireForm.inBinary(inputs, WireForm.json("{}")))) {
        assertError(answer(sent.body(), sent.jsonLength(), embedder), 400, says);
      }
    }
  }

  // ---- the header

  private static final String ONE =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":%d}}]}";

  private static byte[] withData(int said, int sent) {
    return WireForm.together(List.of(ONE.formatted(said).getBytes(UTF_8), new byte[sent]));
  }

  private static String jsonLength(int said) {
    return Integer.toString(ONE.formatted(said).length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                    | must be the length of the JSON in bytes, not ""
          many                  | must be the length of the JSON in bytes, not "many"
          -1                    | must be the length of the JSON in bytes, not "-1"
          1.5                   | must be the length of the JSON in bytes, not "1.5"
          1e2                   | must be the length of the JSON in bytes, not "1e2"
          99999999999           | must be the length of the JSON in bytes, not "99999999999"
          4294967295            | says that the JSON has 4294967295 bytes, the whole body has 101
          2147483647            | says that the JSON has 2147483647 bytes, the whole body has 101
          102                   | says that the JSON has 102 bytes, the whole body has 101
          92                    | the body is not JSON
          94                    | binary_data_size 8; 7 bytes are left behind the JSON
          101                   | binary_data_size 8; 0 bytes are left behind the JSON
          1                     | the body is not JSON
          """)
  void aHeaderThatLiesIsRefused(String header, String says) {
    byte[] body = withData(8, 8);
    assertEquals("93", jsonLength(8));
    assertEquals(101, body.length);

    assertError(answer(body, header, ECHO), 400, says);
  }

  @ParameterizedTest
  @CsvSource({
    "8, 7, binary_data_size 8; 7 bytes are left",
    "8, 0, binary_data_size 8; 0 bytes are left",
    "8, 9, 1 bytes are left behind the binary data",
    "4, 4, 'has 4 bytes of data, its shape [1, 2] of FP32 takes 8'",
    "12, 12, 'has 12 bytes of data, its shape [1, 2] of FP32 takes 8'",
    "0, 0, 'has 0 bytes of data, its shape [1, 2] of FP32 takes 8'",
    "0, 8, 'has 0 bytes of data, its shape [1, 2] of FP32 takes 8'",
    "-8, 8, binary_data_size -8; 8 bytes are left",
    "2147483647, 8, binary_data_size 2147483647; 8 bytes are left"
  })
  void sizesThatLieAreRefused(int said, int sent, String says) {
    assertError(answer(withData(said, sent), jsonLength(said), ECHO), 400, says);
  }

  @Test
  void dataInBothPlacesIsRefused() {
    byte[] json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2],\"parameters\":{\"binary_data_size\":8}}]}"
            .getBytes(UTF_8);

    assertError(
        answer(WireForm.together(List.of(json, new byte[8])), Integer.toString(json.length), ECHO),
        400,
        "input \"x\" has both \"data\" and binary_data_size; send one of them");
  }

  @Test
  void binaryDataThatNobodyAsksForAreRefused() {
    byte[] json = "{\"inputs\":[]}".getBytes(UTF_8);

    assertError(
        answer(WireForm.together(List.of(json, new byte[5])), Integer.toString(json.length), ECHO),
        400,
        "5 bytes are left behind the binary data of the inputs");
  }

  // ---- a body of data alone

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x FP32 [-1,2]               | 7  | the body has 7 bytes; input "x" of the shape [-1, 2] and FP32 takes a multiple of 8
          x FP32 [-1,2]               | 0  | the body has 0 bytes
          x FP32 [-1,-1]              | 6  | takes a multiple of 4
          x FP32 [-1,-1,-1]           | 8  | the shape [-1, -1, -1] of input "x" does not follow from the length of the body
          x FP32 [-1,2]; y FP32 [-1]  | 8  | is for models with one input; model "echo" takes x, y
          reranker                    | 8  | is for models with one input; model "reranker" takes query, text
          """)
  void dataAloneThatFitNoShapeAreRefused(String model, int bytes, String says) {
    assertError(answer(new byte[bytes], "0", Models.named(model)), 400, says);
  }

  @Test
  void halfPrecisionIsNotAnsweredInJson() {
    WireForm.Sent sent =
        WireForm.inBinary(WireForm.Tensor.list("x FP16 [1,2] [1,2]"), WireForm.json("{}"));

    assertError(
        answer(sent.body(), sent.jsonLength(), Models.named("x FP16 [-1,2]")),
        400,
        "output \"x\" is FP16, which has no form in JSON; ask for it with binary_data");
  }
}
