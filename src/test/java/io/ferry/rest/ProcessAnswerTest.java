package io.ferry.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ferry.inference.Datatype;
import io.ferry.inference.Outcome;
import io.ferry.inference.Prediction;
import io.ferry.inference.Tensor;
import io.ferry.inference.Timings;
import io.ferry.model.Activation;
import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.Pooling;
import io.ferry.model.Rerank;
import io.ferry.model.Signature;
import io.ferry.model.Task;
import io.ferry.model.TensorSpec;
import io.ferry.model.Tensors;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.TimingHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessAnswerTest {

  private static final Task LANGUAGES =
      new Classify(List.of("bg", "cs", "da", "de", "el", "en"), Activation.SOFTMAX);

  private static Outcome.Completed row(float... values) {
    return row(new Timings(0, 0, 1), values);
  }

  private static Outcome.Completed row(Timings timings, float... values) {
    return new Outcome.Completed(Prediction.of(values), timings);
  }

  private static Outcome.Completed row(Datatype datatype, int[] shape, float... values) {
    Tensor flat = Tensor.of(values);
    return new Outcome.Completed(
        new Prediction(List.of(new Tensor(datatype, shape, flat.data()))), new Timings(0, 0, 1));
  }

  private static Response answer(Task task, String request, Outcome.Completed... rows)
      throws Exception {
    ProcessRequest asked = ProcessRequest.parse(request.getBytes(UTF_8));
    Answered answered = new Answered(model(task), List.of(rows), 7, 1_000, 12_345_678);
    Response.ResponseBuilder response =
        new ProcessAnswer(answered, asked.input().isArray(), asked.options()).response();
    TimingHeaders.of(answered.rows(), answered.totalNanos()).forEach(response::header);
    return response.build();
  }

  private static ModelSpec model(Task task) {
    TensorSpec tokens = new TensorSpec("input_ids", Datatype.INT64, List.of(-1, -1));
    Signature signature = new Signature(List.of(tokens), List.of());
    return new ModelSpec("some-model", "1", "fake", "fp32", task, 512, signature);
  }

  private static String body(Response response) {
    return new String((byte[]) response.getEntity(), UTF_8);
  }

  @Test
  void aTextIsAnsweredByAListOfLabels() throws Exception {
    assertEquals(
        "{\"model\":\"some-model\",\"output\":[{\"label\":\"b\",\"score\":0.5},"
            + "{\"label\":\"c\",\"score\":0.5}]}",
        body(
            answer(
                new Classify(List.of("a", "b", "c"), Activation.SOFTMAX),
                "{\"input\": \"x\", \"top_k\": 2}",
                row(-1000, 0, 0))));
  }

  @Test
  void aListIsAnsweredByAListOfThemEvenOfOne() throws Exception {
    Task task = new Classify(List.of("a"), Activation.SOFTMAX);
    assertEquals(
        "{\"model\":\"some-model\",\"output\":[[{\"label\":\"a\",\"score\":1.0}]]}",
        body(answer(task, "{\"input\": [\"x\"]}", row(3))));
    assertEquals(
        "{\"model\":\"some-model\",\"output\":[[{\"label\":\"a\",\"score\":1.0}],"
            + "[{\"label\":\"a\",\"score\":1.0}]]}",
        body(answer(task, "{\"input\": [\"x\", \"y\"]}", row(3), row(4))));
  }

  @Test
  void fiveLabelsAreGivenUnlessAskedOtherwise() throws Exception {
    Outcome.Completed row = row(1, 2, 3, 4, 5, 6);
    assertEquals(5, labels(body(answer(LANGUAGES, "{\"input\": \"x\"}", row))));
    assertEquals(1, labels(body(answer(LANGUAGES, "{\"input\": \"x\", \"top_k\": 1}", row))));
    assertEquals(
        6, labels(body(answer(LANGUAGES, "{\"input\": \"x\", \"top_k\": 99999999999}", row))));
  }

  private static int labels(String body) {
    return body.split("label", -1).length - 1;
  }

  @Test
  void numbersAreAnsweredAsTheyAre() throws Exception {
    assertEquals(
        "{\"model\":\"some-model\",\"output\":[1.0,-2.5,1.0E-10]}",
        body(answer(new Tensors(), "{\"input\": \"x\"}", row(1f, -2.5f, 1e-10f))));
    assertEquals(
        "{\"model\":\"some-model\",\"output\":[[1.0],[2.0]]}",
        body(answer(new Tensors(), "{\"input\": [\"x\", \"y\"]}", row(1), row(2))));
  }

  @Test
  void aVectorIsPooledAndCutWhereAskedFor() throws Exception {
    Task task = new Embed(Pooling.MEAN, List.of(), true, 2);
    Outcome.Completed row = row(Datatype.FP32, new int[] {2, 2}, 6f, 0f, 0f, 8f);

    assertEquals(
        "{\"model\":\"some-model\",\"output\":[0.6,0.8]}",
        body(answer(task, "{\"input\": \"x\"}", row)));
    assertEquals(
        "{\"model\":\"some-model\",\"output\":[[1.0]]}",
        body(answer(task, "{\"input\": [\"x\"], \"dimensions\": 1}", row)));
  }

  @Test
  void everyTokenHasItsVector() throws Exception {
    assertEquals(
        "{\"model\":\"some-model\",\"output\":[[[6.0,0.0],[0.0,8.0]]]}",
        body(
            answer(
                new EmbedAll(2),
                "{\"input\": [\"x\"]}",
                row(Datatype.FP32, new int[] {2, 2}, 6f, 0f, 0f, 8f))));
  }

  @Test
  void aRankingIsOfAllRowsBestFirst() throws Exception {
    Task task = new Rerank(Activation.NONE);
    Outcome.Completed[] rows = {row(0.5f), row(2), row(-1), row(2)};

    assertEquals(
        "{\"model\":\"some-model\",\"output\":[{\"index\":1,\"score\":2.0},"
            + "{\"index\":3,\"score\":2.0},{\"index\":0,\"score\":0.5},"
            + "{\"index\":2,\"score\":-1.0}]}",
        body(answer(task, "{\"input\": {}}", rows)));
    assertEquals(
        "{\"model\":\"some-model\",\"output\":[{\"index\":1,\"score\":2.0}]}",
        body(answer(task, "{\"input\": {}, \"top_k\": 1}", rows)));
  }

  @Test
  void theHeadersNameTheLargestOfSeveralBatches() throws Exception {
    Response response =
        answer(
            new Tensors(),
            "{\"input\": [\"x\", \"y\"]}",
            row(new Timings(1_000_000, 9_000_500, 4), 1),
            row(new Timings(10_000_000, 3_999, 32), 2));
    assertEquals("10.000", response.getHeaderString("x-queue-time"));
    assertEquals("9.000", response.getHeaderString("x-inference-time"));
    assertEquals("12.345", response.getHeaderString("x-total-time"));
    assertEquals("32", response.getHeaderString("x-batch-size"));
    assertEquals(200, response.getStatus());
  }

  @Test
  void millisecondsAreWrittenInFull() throws Exception {
    Response response =
        answer(
            new Tensors(), "{\"input\": \"x\"}", row(new Timings(999, 86_400_000_000_000L, 1), 1));
    assertEquals("0.000", response.getHeaderString("x-queue-time"));
    assertEquals("86400000.000", response.getHeaderString("x-inference-time"));
  }
}
