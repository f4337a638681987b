package io.ferry.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.openai.OpenAiEmbeddingModel;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;

/** Spring AI's model of OpenAI's embeddings. */
class SpringAiTest {

  private final String ferry = System.getProperty("ferry");

  private OpenAiEmbeddingOptions.Builder options(String model) {
    OpenAiEmbeddingOptions.Builder options = OpenAiEmbeddingOptions.builder();
    options.baseUrl(ferry + "/v1").apiKey("unused").maxRetries(0).model(model);
    return options;
  }

  private static EmbeddingModel model(OpenAiEmbeddingOptions.Builder options) {
    return OpenAiEmbeddingModel.builder().options(options.build()).build();
  }

  @Test
  void oneText() {
    EmbeddingModel model =
        OpenAiEmbeddingModel.builder()
            .options(
                OpenAiEmbeddingOptions.builder()
                    .baseUrl(ferry + "/v1")
                    .apiKey("unused")
                    .model("tiny-bert-embed")
                    .build())
            .build();
    float[] vector = model.embed("The ferry leaves at seven.");

    Golden.ofText("The ferry leaves at seven.").assertIs(vector);
    assertEquals(32, model.dimensions());
  }

  @Test
  void aList() {
    List<Golden> rows = Golden.rows();
    EmbeddingModel model = model(options(Golden.MODEL));

    List<float[]> vectors = model.embed(Golden.texts(rows));
    EmbeddingResponse response = model.embedForResponse(Golden.texts(rows));

    assertEquals(rows.size(), vectors.size());
    for (int i = 0; i < rows.size(); i++) {
      rows.get(i).assertIs(vectors.get(i));
      rows.get(i).assertIs(response.getResults().get(i).getOutput());
    }
    assertEquals(
        rows.stream().mapToLong(Golden::promptTokens).sum(),
        response.getMetadata().getUsage().getPromptTokens().longValue());
  }

  @Test
  void bothEncodings() {
    Golden golden = Golden.rows().getFirst();
    for (OpenAiEmbeddingOptions.EncodingFormat format :
        OpenAiEmbeddingOptions.EncodingFormat.values()) {
      golden.assertIs(model(options(Golden.MODEL).encodingFormat(format)).embed(golden.text()));
    }
  }

  @Test
  void fewerDimensions() {
    Golden golden = Golden.ofDimensions(8);

    golden.assertIs(model(options(Golden.MODEL).dimensions(8)).embed(golden.text()));
  }

  @Test
  void anUnknownModelIsNotFound() {
    EmbeddingModel model = model(options("unknown"));

    assertThrows(NotFoundException.class, () -> model.embed("ferry"));
  }

  @Test
  void mistakesAreBadRequests() {
    assertBad(options(Golden.MODEL), "ferry ".repeat(100), "64");
    assertBad(options(Golden.MODEL).dimensions(33), "ferry", "dimensions");
    assertBad(options(Golden.CLASSIFIER), "ferry", Golden.CLASSIFIER);
  }

  private static void assertBad(OpenAiEmbeddingOptions.Builder options, String text, String why) {
    EmbeddingModel model = model(options);
    Exception error = assertThrows(BadRequestException.class, () -> model.embed(text), why);
    assertTrue(String.valueOf(error.getMessage()).contains(why), error::getMessage);
  }
}
