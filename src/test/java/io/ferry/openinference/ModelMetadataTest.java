package io.ferry.openinference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client hears that knows nothing of the model. */
class ModelMetadataTest {

  private static String written(List<TensorMetadata> tensors) {
    return String.join(
        "; ",
        tensors.stream()
            .map(it -> "%s %s %s".formatted(it.name(), it.datatype(), it.shape()))
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          classifier | text BYTES [-1]                    | logits FP32 [-1, 3]; label BYTES [-1]; score FP32 [-1]
          embedder   | text BYTES [-1]                    | embedding FP32 [-1, 2]
          tokens     | text BYTES [-1]                    | token_embeddings FP32 [-1, -1, 2]; attention_mask INT64 [-1, -1]
          reranker   | query BYTES [-1]; text BYTES [-1]  | logits FP32 [-1, 1]; score FP32 [-1]
          x FP32 [-1,4]; y BOOL [-1] | x FP32 [-1, 4]; y BOOL [-1] | x FP32 [-1, 4]; y BOOL [-1]
          """)
  void everyTaskHasInputsAndOutputs(String model, String inputs, String outputs) {
    ModelMetadata metadata = ModelMetadata.of(Models.named(model));

    assertEquals(inputs, written(metadata.inputs()));
    assertEquals(outputs, written(metadata.outputs()));
  }

  @Test
  void aModelWhoseFileDoesNotTellItsOutputsListsNone() {
    ModelMetadata metadata = ModelMetadata.of(Models.withoutOutputs("x FP32 [-1]"));

    assertEquals(List.of(), metadata.outputs());
    assertEquals("untold", metadata.name());
    assertEquals(List.of("3"), metadata.versions());
    assertEquals("fake", metadata.platform());
  }
}
