package io.ferry.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel.OpenAiEmbeddingModelBuilder;
import dev.langchain4j.model.output.Response;
import java.util.List;
import org.junit.jupiter.api.Test;

/** LangChain4j's model of OpenAI's embeddings. */
class LangChain4jTest {

  private final String ferry = System.getProperty("ferry");

  private OpenAiEmbeddingModelBuilder model(String name) {
    return OpenAiEmbeddingModel.builder()
        .baseUrl(ferry + "/v1")
        .apiKey("unused")
        .modelName(name)
        .maxRetries(0);
  }

  private static List<TextSegment> segments(List<Golden> rows) {
    return rows.stream().map(row -> TextSegment.from(row.text())).toList();
  }

  @Test
  void oneText() {
    EmbeddingModel model =
        OpenAiEmbeddingModel.builder()
            .baseUrl(ferry + "/v1")
            .apiKey("unused")
            .modelName("tiny-bert-embed")
            .build();
    float[] vector = model.embed("The ferry leaves at seven.").content().vector();

    Golden.ofText("The ferry leaves at seven.").assertIs(vector);
  }

  @Test
  void aList() {
    List<Golden> rows = Golden.rows();

    Response<List<Embedding>> answer = model(Golden.MODEL).build().embedAll(segments(rows));

    assertEquals(rows.size(), answer.content().size());
    for (int i = 0; i < rows.size(); i++) {
      rows.get(i).assertIs(answer.content().get(i).vector());
    }
    assertEquals(
        rows.stream().mapToLong(Golden::promptTokens).sum(),
        answer.tokenUsage().inputTokenCount().longValue());
  }

  @Test
  void aListInSeveralRequestsAndBothEncodings() {
    List<Golden> rows = Golden.rows();
    for (String encoding : List.of("float", "base64")) {
      List<Embedding> vectors =
          model(Golden.MODEL)
              .maxSegmentsPerBatch(3)
              .encodingFormat(encoding)
              .build()
              .embedAll(segments(rows))
              .content();

      assertEquals(rows.size(), vectors.size());
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).assertIs(vectors.get(i).vector());
      }
    }
  }

  @Test
  void fewerDimensions() {
    Golden golden = Golden.ofDimensions(8);
    EmbeddingModel model = model(Golden.MODEL).dimensions(8).build();

    golden.assertIs(model.embed(golden.text()).content().vector());
    assertEquals(8, model.dimension());
  }

  @Test
  void theModelsOwnDimensionIsFound() {
    assertEquals(32, model(Golden.MODEL).build().dimension());
  }

  @Test
  void anUnknownModelIsNotFound() {
    EmbeddingModel model = model("unknown").build();

    assertThrows(ModelNotFoundException.class, () -> model.embed("ferry"));
  }

  @Test
  void mistakesAreInvalidRequests() {
    assertInvalid(model(Golden.MODEL), "ferry ".repeat(100), "64");
    assertInvalid(model(Golden.MODEL).dimensions(33), "ferry", "dimensions");
    assertInvalid(model(Golden.CLASSIFIER), "ferry", Golden.CLASSIFIER);
  }

  private static void assertInvalid(OpenAiEmbeddingModelBuilder model, String text, String why) {
    EmbeddingModel built = model.build();
    Exception error = assertThrows(InvalidRequestException.class, () -> built.embed(text), why);
    assertTrue(String.valueOf(error.getMessage()).contains(why), error::getMessage);
  }
}
