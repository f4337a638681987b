package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.ferry.grpc.wire.InferTensorContents;
import io.ferry.grpc.wire.ModelInferRequest;
import io.ferry.grpc.wire.ModelInferRequest.InferInputTensor;
import io.ferry.grpc.wire.ModelInferResponse;
import io.ferry.server.GrpcCaller.Result;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All golden models in one server, asked over gRPC and all at once, in both forms that tensors have
 * there: everyone gets what the originals in Python say.
 */
class GrpcGoldenIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double GOLDEN = 1e-4;
  private static final int LEAST_ROWS = 60;

  @TempDir Path models;

  /** One question and what the original answers. */
  private record Question(String name, ModelInferRequest request, JsonNode golden) {}

  @Test
  void everyoneGetsWhatTheOriginalAnswers() throws Exception {
    List<Question> questions = new ArrayList<>();
    for (Path folder : ModelFolder.golden()) {
      String name = String.valueOf(folder.getFileName());
      ModelFolder.copy(name, models.resolve(name));
      JsonNode golden = JSON.readTree(folder.resolve("golden.json").toFile());
      for (JsonNode row : golden.path("rows")) {
        // The protocol has no word for these.
        if (!row.has("truncate") && !row.has("dimensions") && !row.has("prompt_name")) {
          ModelInferRequest typed = request(name, golden.path("task").asText(), row, folder);
          questions.add(new Question(name + " typed", typed, row));
          questions.add(new Question(name + " raw", raw(typed), row));
        }
      }
    }
    assertTrue(questions.size() > 2 * LEAST_ROWS, () -> "questions: " + questions.size());
    try (FerryProcess ferry =
            FerryLaunch.models(models)
                .with("ferry.device.lanes", "2")
                .with("ferry.batching.max-wait", "2ms")
                .start();
        GrpcCaller grpc = new GrpcCaller(ferry)) {
      List<CompletableFuture<Result<ModelInferResponse>>> answers =
          questions.stream().map(question -> grpc.inferLater(question.request())).toList();

      int batched = 0;
      for (int i = 0; i < questions.size(); i++) {
        Result<ModelInferResponse> answer = answers.get(i).join();
        assertGolden(questions.get(i), answer);
        batched += answer.header("x-batch-size").equals("1") ? 0 : 1;
      }
      assertTrue(batched > questions.size() / 4, "rows that shared a batch: " + batched);
    }
  }

  // ---- questions

  private static ModelInferRequest request(String model, String task, JsonNode row, Path folder)
      throws Exception {
    if (task.equals("tensors")) {
      ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model);
      JsonNode signature = JSON.readTree(folder.resolve("signature.json").toFile());
      for (JsonNode spec : signature.path("inputs")) {
        request.addInputs(
            tensor(
                spec.path("name").asText(),
                spec.path("datatype").asText(),
                row.path("inputs").path(spec.path("name").asText())));
      }
      return request.build();
    }
    String text = row.path("text").asText();
    if (!row.has("query")) {
      return GrpcRequests.texts(model, text);
    }
    String query = row.path("query").asText();
    return task.equals("rerank")
        ? GrpcRequests.typed(
            model, GrpcRequests.text("query", query), GrpcRequests.text("text", text))
        : GrpcRequests.typed(
            model, GrpcRequests.text("text", query), GrpcRequests.text("text_pair", text));
  }

  private static InferInputTensor tensor(String name, String datatype, JsonNode nested) {
    InferInputTensor.Builder input =
        InferInputTensor.newBuilder().setName(name).setDatatype(datatype).addShape(1);
    for (JsonNode node = nested; node.isArray(); node = node.path(0)) {
      input.addShape(node.size());
    }
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    add(datatype, nested, contents);
    return input.setContents(contents).build();
  }

  private static void add(String datatype, JsonNode nested, InferTensorContents.Builder into) {
    if (nested.isArray()) {
      nested.forEach(inside -> add(datatype, inside, into));
      return;
    }
    switch (datatype) {
      case "FP32" -> into.addFp32Contents((float) nested.asDouble());
      case "INT64" -> into.addInt64Contents(nested.asLong());
      case "BOOL" -> into.addBoolContents(nested.asBoolean());
      default -> throw new AssertionError("no golden model takes " + datatype);
    }
  }

  /** The same with its contents as bytes. */
  private static ModelInferRequest raw(ModelInferRequest typed) {
    ModelInferRequest.Builder raw = typed.toBuilder().clearInputs();
    for (InferInputTensor input : typed.getInputsList()) {
      raw.addInputs(input.toBuilder().clearContents());
      raw.addRawInputContents(raw(input.getContents()));
    }
    return raw.build();
  }

  private static ByteString raw(InferTensorContents contents) {
    if (contents.getBytesContentsCount() > 0) {
      return GrpcRequests.raw(
          contents.getBytesContentsList().stream()
              .map(ByteString::toStringUtf8)
              .toArray(String[]::new));
    }
    ByteBuffer data =
        ByteBuffer.allocate(
                contents.getFp32ContentsCount() * 4
                    + contents.getInt64ContentsCount() * 8
                    + contents.getBoolContentsCount())
            .order(ByteOrder.LITTLE_ENDIAN);
    contents.getFp32ContentsList().forEach(data::putFloat);
    contents.getInt64ContentsList().forEach(data::putLong);
    contents.getBoolContentsList().forEach(it -> data.put((byte) (it ? 1 : 0)));
    return ByteString.copyFrom(data.flip());
  }

  // ---- answers

  private static void assertGolden(Question question, Result<ModelInferResponse> result) {
    assertEquals(Status.Code.OK, result.code(), () -> question.name() + ": " + result.sentence());
    ModelInferResponse answer = result.answer();
    JsonNode golden = question.golden().path("output");
    String first = answer.getOutputs(0).getName();
    switch (first) {
      case "embedding" -> assertSame(golden, answer, first, question);
      case "logits" -> {
        if (question.golden().has("raw")) {
          assertSame(question.golden().path("raw"), answer, first, question);
        } else {
          assertSame(golden.path("logits"), answer, first, question);
        }
        if (golden.isNumber()) {
          assertSame(golden, answer, "score", question);
        }
      }
      default ->
          golden
              .properties()
              .forEach(it -> assertSame(it.getValue(), answer, it.getKey(), question));
    }
  }

  private static void assertSame(
      JsonNode golden, ModelInferResponse answer, String output, Question question) {
    List<Double> expected = new ArrayList<>();
    flatten(golden, expected);
    List<Double> numbers = numbers(answer, output);
    assertEquals(expected.size(), numbers.size(), question::name);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(
          expected.get(i),
          numbers.get(i),
          GOLDEN * Math.max(1, Math.abs(expected.get(i))),
          question.name() + " " + output);
    }
  }

  private static void flatten(JsonNode nested, List<Double> into) {
    if (nested.isArray()) {
      nested.forEach(inside -> flatten(inside, into));
    } else {
      assertTrue(nested.isNumber(), nested::toString);
      into.add(nested.asDouble());
    }
  }

  private static List<Double> numbers(ModelInferResponse answer, String name) {
    for (int i = 0; i < answer.getOutputsCount(); i++) {
      var output = answer.getOutputs(i);
      if (output.getName().equals(name)) {
        List<Double> numbers = new ArrayList<>();
        if (answer.getRawOutputContentsCount() > 0) {
          ByteBuffer raw =
              answer.getRawOutputContents(i).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
          while (raw.hasRemaining()) {
            numbers.add(
                switch (output.getDatatype()) {
                  case "FP32" -> (double) raw.getFloat();
                  case "FP64" -> raw.getDouble();
                  case "INT64" -> (double) raw.getLong();
                  default -> throw new AssertionError(output.getDatatype());
                });
          }
        } else {
          output.getContents().getFp32ContentsList().forEach(it -> numbers.add((double) it));
          numbers.addAll(output.getContents().getFp64ContentsList());
          output.getContents().getInt64ContentsList().forEach(it -> numbers.add((double) it));
        }
        return numbers;
      }
    }
    throw new AssertionError("there is no output " + name);
  }
}
