package io.ferry.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.EncodingOptions;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.protocol.UnfitException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessOptionsTest {

  private static ProcessOptions checked(String model, String options) throws Exception {
    ProcessOptions read = ProcessOptions.read(Specs.json(options));
    read.check(Specs.named(model));
    return read;
  }

  @Test
  void nothingAskedForIsTheModelsOwnWay() throws Exception {
    assertEquals(EncodingOptions.DEFAULT, checked("row", "{}").encoding());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"truncate": true}                                   | MODEL_SIDE
          {"truncate": false}                                  | REFUSE
          {"truncate": true, "truncation_direction": "left"}   | LEFT
          {"truncate": true, "truncation_direction": "Right"}  | RIGHT
          """)
  void truncationIsReadInEverySpelling(String options, Truncation truncation) throws Exception {
    assertEquals(truncation, checked("reranker", options).encoding().truncation());
  }

  @Test
  void aPromptGoesToTheEncoder() throws Exception {
    assertEquals(
        Optional.of("query"),
        checked("embedder", "{\"prompt_name\": \"query\", \"dimensions\": 16}")
            .encoding()
            .prompt());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          embedder   | {"top_k": 1}                | model "embedder" makes one vector of a text and has no use for "top_k"
          tokens     | {"dimensions": 4}           | has no use for "dimensions"
          classifier | {"dimensions": 4}           | has no use for "dimensions"
          reranker   | {"prompt_name": "q"}        | has no use for "prompt_name"
          row        | {"truncate": true}          | has no use for "truncate"
          row        | {"top_k": 1}                | model "numbers" takes numbers and gives numbers and has no use for "top_k"
          row        | {"truncation_direction": "left"} | has no use for "truncation_direction"
          classifier | {"top_k": 0}                | "top_k" must be at least 1
          reranker   | {"top_k": -9}               | "top_k" must be at least 1
          embedder   | {"dimensions": 0}           | "dimensions" is 0; the model's vectors have 16, so 1 to 16 are allowed
          embedder   | {"dimensions": 17}          | "dimensions" is 17
          embedder   | {"truncation_direction": "left"} | "truncation_direction" needs "truncate": true
          embedder   | {"truncate": true, "truncation_direction": "up"} | "truncation_direction" is "up", allowed are "left" and "right"
          """)
  void whatMeansNothingIsRefused(String model, String options, String explanation) {
    String message = assertThrows(UnfitException.class, () -> checked(model, options)).getMessage();
    assertTrue(String.valueOf(message).contains(explanation), message);
  }
}
