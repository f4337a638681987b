package io.ferry.rest.embeddings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.FakeTime;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.Deployment;
import io.ferry.model.Embed;
import io.ferry.model.ModelSpec;
import io.ferry.model.Pooling;
import io.ferry.model.RequestLimits;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Answers;
import io.ferry.rest.Specs;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelInfoTest {

  private static final ServerFacts SERVER = new ServerFacts("1.2.3", "cpu", 5);

  private final Deployment deployment =
      new Deployment(
          "some",
          "1",
          new BatchPolicy(4, 400, Duration.ZERO, 8),
          new RequestLimits(6, 1000, Duration.ofSeconds(1)),
          new DeviceScheduler(new FakeTime()));

  private String page(ModelSpec model) throws Exception {
    return Answers.written(new ModelInfo(model, deployment, SERVER).page());
  }

  @Test
  void itHasTheFieldsOfTheirServer() throws Exception {
    assertEquals(
        "{\"model_id\":\"embedder\",\"model_sha\":null,\"model_dtype\":\"float32\","
            + "\"served_model_name\":\"embedder\",\"model_type\":{\"embedding\":{\"pooling\":\"mean\"}},"
            + "\"max_concurrent_requests\":8,\"max_input_length\":512,\"max_batch_tokens\":400,"
            + "\"max_batch_requests\":4,\"max_client_batch_size\":6,\"auto_truncate\":false,"
            + "\"tokenization_workers\":5,\"version\":\"1.2.3\",\"sha\":null,\"docker_label\":null}",
        page(Specs.EMBEDDER));
  }

  @ParameterizedTest
  @CsvSource({"CLS, cls", "MEAN, mean", "MAX, max", "LAST, last_token"})
  void poolingHasTheirNames(Pooling pooling, String name) throws Exception {
    String page = page(Specs.text("some", new Embed(pooling, List.of(), true, 2)));
    assertEquals(
        "\"model_type\":{\"embedding\":{\"pooling\":\"" + name + "\"}}",
        page.substring(page.indexOf("\"model_type\""), page.indexOf(",\"max_concurrent")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          classifier | {"classifier":{"id2label":{"0":"a","1":"b"},"label2id":{"a":0,"b":1}}}
          reranker   | {"reranker":{"id2label":{"0":"LABEL_0"},"label2id":{"LABEL_0":0}}}
          tokens     | {"embedding":{"pooling":"none"}}
          """)
  void everyTaskIsOneOfTheirTypes(String model, String type) throws Exception {
    String page = page(Specs.named(model));
    assertEquals(
        "\"model_type\":" + type,
        page.substring(page.indexOf("\"model_type\""), page.indexOf(",\"max_concurrent")));
  }

  @Test
  void aModelOfNumbersIsNone() {
    UnfitException refused = assertThrows(UnfitException.class, () -> page(Specs.named("row")));
    assertEquals(Flaw.TASK, refused.outcome().flaw());
  }
}
