package io.ferry.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams.EncodingFormat;
import com.openai.models.models.Model;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The official SDK of OpenAI for Java. */
class OpenAiJavaTest {

  private final String ferry = System.getProperty("ferry");

  private final OpenAIClient openai =
      OpenAIOkHttpClient.builder().baseUrl(ferry + "/v1").apiKey("unused").build();

  @AfterEach
  void close() {
    openai.close();
  }

  private static EmbeddingCreateParams.Builder params() {
    return EmbeddingCreateParams.builder().model(Golden.MODEL);
  }

  private static void assertAre(List<Golden> expected, CreateEmbeddingResponse answer) {
    assertEquals(expected.size(), answer.data().size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(i, answer.data().get(i).index());
      expected.get(i).assertIs(answer.data().get(i).embedding());
    }
    long tokens = expected.stream().mapToLong(Golden::promptTokens).sum();
    assertEquals(tokens, answer.usage().promptTokens());
    assertEquals(tokens, answer.usage().totalTokens());
  }

  @Test
  void oneText() {
    CreateEmbeddingResponse answer =
        openai
            .embeddings()
            .create(
                EmbeddingCreateParams.builder()
                    .model("tiny-bert-embed")
                    .input("The ferry leaves at seven.")
                    .build());
    List<Float> vector = answer.data().getFirst().embedding();

    Golden.ofText("The ferry leaves at seven.").assertIs(vector);
    assertEquals(Golden.MODEL, answer.model());
    answer.validate();
  }

  @Test
  void aList() {
    List<Golden> rows = Golden.rows();

    assertAre(
        rows,
        openai
            .embeddings()
            .create(params().inputOfArrayOfStrings(Golden.texts(rows)).build())
            .validate());
  }

  @Test
  void bothEncodings() {
    List<Golden> rows = Golden.rows();
    EmbeddingCreateParams.Builder asked = params().inputOfArrayOfStrings(Golden.texts(rows));

    assertAre(rows, openai.embeddings().create(asked.encodingFormat(EncodingFormat.FLOAT).build()));
    assertAre(
        rows, openai.embeddings().create(asked.encodingFormat(EncodingFormat.BASE64).build()));
  }

  @Test
  void tokenIds() {
    List<Golden> rows = Golden.rows().stream().filter(row -> row.promptTokens() <= 40).toList();

    assertAre(
        rows.subList(0, 1),
        openai
            .embeddings()
            .create(params().inputOfArrayOfTokens(rows.getFirst().tokens()).build()));
    assertAre(
        rows,
        openai
            .embeddings()
            .create(
                params()
                    .inputOfArrayOfTokenArrays(rows.stream().map(Golden::tokens).toList())
                    .build()));
  }

  @Test
  void fewerDimensions() {
    Golden golden = Golden.ofDimensions(8);

    assertAre(
        List.of(golden),
        openai.embeddings().create(params().input(golden.text()).dimensions(8).build()));
  }

  @Test
  void theModels() {
    List<String> names =
        openai.models().list().autoPager().stream().map(Model::validate).map(Model::id).toList();

    assertTrue(names.contains(Golden.MODEL), names::toString);
    assertEquals(Golden.MODEL, openai.models().retrieve(Golden.MODEL).validate().id());
  }

  @Test
  void anUnknownModelIsNotFound() {
    NotFoundException embedding =
        assertThrows(
            NotFoundException.class,
            () -> openai.embeddings().create(params().model("unknown").input("ferry").build()));
    assertEquals(Optional.of("model_not_found"), embedding.code());
    assertThrows(NotFoundException.class, () -> openai.models().retrieve("unknown"));
  }

  @Test
  void mistakesAreBadRequests() {
    assertBad(params().input(""), "empty");
    assertBad(params().inputOfArrayOfStrings(List.of("ferry", "")), "1");
    assertBad(params().inputOfArrayOfStrings(List.of()), "empty");
    assertBad(params().input("ferry ".repeat(100)), "64");
    assertBad(params().inputOfArrayOfTokens(List.of(1_000_000L)), "1000000");
    assertBad(params().input("ferry").dimensions(33), "dimensions");
    assertBad(params().input("ferry").model(Golden.CLASSIFIER), Golden.CLASSIFIER);
  }

  private void assertBad(EmbeddingCreateParams.Builder asked, String why) {
    OpenAIServiceException error =
        assertThrows(
            BadRequestException.class, () -> openai.embeddings().create(asked.build()), why);
    assertTrue(String.valueOf(error.getMessage()).contains(why), error::getMessage);
    assertEquals(Optional.of("invalid_request_error"), error.type(), error::getMessage);
  }
}
