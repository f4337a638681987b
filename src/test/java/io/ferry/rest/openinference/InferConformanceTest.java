package io.ferry.rest.openinference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ferry.inference.ModelChoice;
import io.ferry.model.ModelSpec;
import io.ferry.openinference.Models;
import io.ferry.rest.InferenceCall;
import io.ferry.rest.openinference.InferCases.InferCase;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests and answers, all in JSON, all in binary, and both mixed: the numbers are the same. */
class InferConformanceTest {

  static final ModelChoice MODEL = ModelChoice.of(Optional.of("m"));

  static List<InferCase> cases() {
    return InferCases.all();
  }

  static List<InferCase> casesWithAFormInJson() {
    return cases().stream()
        .filter(
            it ->
                Stream.concat(it.inputs().stream(), it.outputs().stream())
                    .noneMatch(tensor -> tensor.datatype().equals("FP16")))
        .toList();
  }

  @Test
  void thereAreManyCasesAndNoTwoAreOfOneName() {
    assertTrue(cases().size() >= 120, () -> "only " + cases().size());
    assertTrue(casesWithAFormInJson().size() >= 110);
    assertEquals(cases().size(), cases().stream().map(InferCase::name).distinct().count());
  }

  private static Response answer(InferCase infer, WireForm.Sent sent) throws Exception {
    ModelSpec model = Models.named(infer.model());
    InferCall call = new InferCall(InferBody.read(sent.body(), sent.jsonLength(), MODEL));
    InferenceCall.Rows rows = call.rows(model, Models.LIMITS);
    return call.answer(Models.answer(model, rows.inputs())).build();
  }

  private static void assertAnswer(InferCase infer, Response answer) {
    String length = answer.getHeaderString(InferBody.HEADER_LENGTH);
    byte[] body = (byte[]) answer.getEntity();
    JsonNode json = WireForm.answer(body, length == null ? body.length : Integer.parseInt(length));
    assertEquals(
        length == null ? "application/json" : "application/octet-stream",
        answer.getMediaType().toString());
    assertEquals(Models.named(infer.model()).name(), json.path("model_name").asText());
    assertEquals("3", json.path("model_version").asText());
    assertEquals(infer.rest().path("id").asText("none"), json.path("id").asText("none"));
    assertEquals(
        infer.outputs().stream().map(WireForm.Tensor::toString).toList(),
        WireForm.outputs(answer).stream().map(WireForm.Tensor::toString).toList());
  }

  @ParameterizedTest
  @MethodSource("casesWithAFormInJson")
  void inJson(InferCase infer) throws Exception {
    Response answer = answer(infer, WireForm.inJson(infer.inputs(), infer.rest()));

    assertEquals("application/json", answer.getMediaType().toString());
    assertAnswer(infer, answer);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inBinary(InferCase infer) throws Exception {
    ObjectNode rest = infer.rest().deepCopy();
    rest.withObjectProperty("parameters").put("binary_data_output", true);

    Response answer = answer(infer, WireForm.inBinary(infer.inputs(), rest));

    assertEquals("application/octet-stream", answer.getMediaType().toString());
    assertAnswer(infer, answer);
  }

  /** The first input in binary, the others in JSON; the first output in JSON, the others not. */
  @ParameterizedTest
  @MethodSource("casesWithAFormInJson")
  void mixed(InferCase infer) throws Exception {
    ObjectNode rest = infer.rest().deepCopy();
    rest.withObjectProperty("parameters").put("binary_data_output", true);
    rest.remove("outputs");
    for (WireForm.Tensor output : infer.outputs()) {
      rest.withArray("outputs").addObject().put("name", output.name());
    }
    for (JsonNode asked : infer.rest().path("outputs")) {
      for (JsonNode output : rest.path("outputs")) {
        if (output.path("name").equals(asked.path("name")) && asked.path("parameters").isObject()) {
          ((ObjectNode) output).set("parameters", asked.path("parameters"));
        }
      }
    }
    ((ObjectNode) rest.path("outputs").path(0))
        .withObjectProperty("parameters")
        .put("binary_data", false);

    Response answer = answer(infer, WireForm.mixed(infer.inputs(), 1, rest));

    assertEquals(
        infer.outputs().size() == 1, answer.getMediaType().toString().equals("application/json"));
    assertAnswer(infer, answer);
  }
}
