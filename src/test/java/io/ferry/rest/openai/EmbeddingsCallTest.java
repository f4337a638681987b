package io.ferry.rest.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.Embed;
import io.ferry.model.ModelSpec;
import io.ferry.model.Pooling;
import io.ferry.model.RequestLimits;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Answers;
import io.ferry.rest.InferenceCall.Rows;
import io.ferry.rest.Specs;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingsCallTest {

  /** Gives (3, 4), which is not of length 1. */
  private static final ModelSpec MODEL =
      Specs.text("two", new Embed(Pooling.MEAN, List.of(), false, 2));

  private static final RequestLimits LIMITS = new RequestLimits(256, 1000, Duration.ofSeconds(1));

  private static EmbeddingsCall parse(String body) throws Exception {
    return EmbeddingsCall.parse(body.getBytes(UTF_8));
  }

  private static String answer(String body, Outcome.Completed... rows) throws Exception {
    Object entity = parse(body).answer(Answers.of(MODEL, rows)).build().getEntity();
    return new String((byte[]) entity, UTF_8);
  }

  @Test
  void theModelIsTheOneNamedOrTheDefault() throws Exception {
    assertEquals(
        ModelChoice.of(Optional.of("m")), parse("{\"input\": \"a\", \"model\": \"m\"}").model());
    assertEquals(ModelChoice.DEFAULT, parse("{\"input\": \"a\"}").model());
    assertEquals(ModelChoice.DEFAULT, parse("{\"input\": \"a\", \"model\": null}").model());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"input\": \"a\", \"user\": \"someone\"}",
        "{\"input\": \"a\", \"user\": null, \"dimensions\": null, \"encoding_format\": null}",
        "{\"input\": \"a\", \"encoding_format\": \"float\"}",
        "{\"input\": \"a\", \"dimensions\": 16}"
      })
  void everythingThatOpenAiDescribesIsTaken(String body) throws Exception {
    Rows rows = parse(body).rows(Specs.EMBEDDER, LIMITS);
    assertEquals(List.of(new Input.Text("a")), rows.inputs());
    assertEquals(EncodingOptions.DEFAULT, rows.encoding(), "nothing is cut");
    assertFalse(rows.list());
  }

  @Test
  void aListIsAList() throws Exception {
    assertTrue(parse("{\"input\": [\"a\"]}").rows(Specs.EMBEDDER, LIMITS).list());
  }

  @ParameterizedTest
  @ValueSource(strings = {"classifier", "tokens", "reranker", "row"})
  void aModelThatMakesNoVectorOfATextIsNamed(String name) {
    ModelSpec model = Specs.named(name);
    UnfitException refused =
        assertThrows(UnfitException.class, () -> parse("{\"input\": \"a\"}").rows(model, LIMITS));
    assertEquals(Flaw.TASK, refused.outcome().flaw());
    assertEquals(Optional.of("model"), refused.field());
    assertTrue(refused.outcome().message().startsWith("model \"" + model.name() + "\" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {"input": "a", "dimensions": 17}           | dimensions
          {"input": "a", "dimensions": 0}            | dimensions
          {"input": "a", "encoding_format": "int8"}  | encoding_format
          {"input": "a", "encoding_format": "FLOAT"} | encoding_format
          """)
  void aValueThatIsNotAllowedIsNamed(String body, String field) {
    UnfitException refused =
        assertThrows(UnfitException.class, () -> parse(body).rows(Specs.EMBEDDER, LIMITS));
    assertEquals(Optional.of(field), refused.field());
    assertEquals(Flaw.VALIDATION, refused.outcome().flaw());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {}                                              | input
          {"input": {}}                                   | input
          {"input": "a", "inputs": "a"}                   | inputs
          {"input": "a", "model": 1}                      | model
          {"input": "a", "user": 1}                       | user
          {"input": "a", "encoding_format": 1}            | encoding_format
          {"input": "a", "dimensions": "2"}               | dimensions
          {"input": "a", "truncate_prompt_tokens": 1}     | truncate_prompt_tokens
          """)
  void aWrongFieldIsNamed(String body, String field) {
    assertEquals(
        Optional.of(field), assertThrows(MalformedException.class, () -> parse(body)).field());
  }

  @Test
  void openAiTakes2048Rows() throws Exception {
    String row = "\"a\",";
    assertEquals(2048, parse("{\"input\": [" + row.repeat(2047) + "\"a\"]}").input().rows().size());
    UnfitException refused =
        assertThrows(
            UnfitException.class, () -> parse("{\"input\": [" + row.repeat(2048) + "\"a\"]}"));
    assertEquals(
        "\"input\" has 2049 rows, at most 2048 are allowed in one request",
        refused.outcome().message());
  }

  @Test
  void vectorsHaveLengthOneWhateverTheModelDoes() throws Exception {
    assertEquals(
        "{\"object\":\"list\",\"data\":["
            + "{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.6,0.8]},"
            + "{\"object\":\"embedding\",\"index\":1,\"embedding\":[-1.0,0.0]}],"
            + "\"model\":\"two\",\"usage\":{\"prompt_tokens\":7,\"total_tokens\":7}}",
        answer("{\"input\": [\"a\", \"b\"]}", Answers.row(3, 4), Answers.row(-2, 0)));
  }

  @Test
  void fewerDimensionsHaveLengthOneAgain() throws Exception {
    assertTrue(
        answer("{\"input\": \"a\", \"dimensions\": 1}", Answers.row(3, 4))
            .contains("\"embedding\":[1.0]"));
  }

  @Test
  void base64IsOfLittleEndianFloats() throws Exception {
    // (1, 0): 3f800000 and 0.
    assertTrue(
        answer("{\"input\": \"a\", \"encoding_format\": \"base64\"}", Answers.row(2, 0))
            .contains("\"embedding\":\"AACAPwAAAAA=\""));
  }
}
