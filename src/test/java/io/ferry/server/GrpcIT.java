package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.ferry.grpc.wire.DataType;
import io.ferry.grpc.wire.GRPCInferenceServiceGrpc;
import io.ferry.grpc.wire.InferParameter;
import io.ferry.grpc.wire.ModelConfig;
import io.ferry.grpc.wire.ModelConfigRequest;
import io.ferry.grpc.wire.ModelInferRequest;
import io.ferry.grpc.wire.ModelInferRequest.InferRequestedOutputTensor;
import io.ferry.grpc.wire.ModelInferResponse;
import io.ferry.grpc.wire.ModelMetadataRequest;
import io.ferry.grpc.wire.ModelMetadataResponse;
import io.ferry.grpc.wire.ModelMetadataResponse.TensorMetadata;
import io.ferry.grpc.wire.ModelReadyRequest;
import io.ferry.grpc.wire.ModelStatistics;
import io.ferry.grpc.wire.ModelStatisticsRequest;
import io.ferry.grpc.wire.RepositoryIndexRequest;
import io.ferry.grpc.wire.ServerLiveRequest;
import io.ferry.grpc.wire.ServerMetadataRequest;
import io.ferry.grpc.wire.ServerMetadataResponse;
import io.ferry.grpc.wire.ServerReadyRequest;
import io.ferry.server.GrpcCaller.Result;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service says of the server and its models, and what its answers look like. */
class GrpcIT {

  @TempDir private static Path models;

  private static FerryProcess ferry;
  private static GrpcCaller grpc;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    ModelFolder.copy("tiny-bert-embed", models.resolve("embedder/3"));
    ModelFolder.copy("tiny-roberta-classify", models.resolve("classifier"));
    ModelFolder.copy("tiny-bert-rerank", models.resolve("ranks"));
    ModelFolder.copy("tiny-tabular", models.resolve("table"));
    ferry =
        FerryLaunch.models(models)
            .with("ferry.models.default", "classifier")
            .with("ferry.batching.max-size", "16")
            .with("ferry.batching.max-wait", "1500us")
            .start();
    grpc = new GrpcCaller(ferry);
  }

  @AfterAll
  static void stop() {
    grpc.close();
    ferry.close();
  }

  // ---- the server

  @Test
  void theServerIsLiveAndReady() {
    assertTrue(grpc.stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
    assertTrue(grpc.stub().serverReady(ServerReadyRequest.getDefaultInstance()).getReady());
  }

  @Test
  void theServerNamesItselfAndItsExtensions() {
    ServerMetadataResponse server =
        grpc.stub().serverMetadata(ServerMetadataRequest.getDefaultInstance());

    assertEquals("ferry", server.getName());
    assertTrue(server.getVersion().matches("\\d+\\.\\d+\\..+"), server::getVersion);
    assertTrue(
        server
            .getExtensionsList()
            .containsAll(
                List.of(
                    "classification",
                    "model_configuration",
                    "model_repository",
                    "schedule_policy",
                    "statistics")),
        server::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "inference.GRPCInferenceService"})
  void healthIsServing(String service) {
    HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(service).build();
    var health = HealthGrpc.newBlockingStub(grpc.channel()).withDeadlineAfter(20, TimeUnit.SECONDS);

    assertEquals(ServingStatus.SERVING, health.check(request).getStatus());
    assertEquals(ServingStatus.SERVING, health.watch(request).next().getStatus());
  }

  @Test
  void healthOfAnotherServiceIsUnknown() {
    HealthCheckRequest request = HealthCheckRequest.newBuilder().setService("other").build();
    var health = HealthGrpc.newBlockingStub(grpc.channel()).withDeadlineAfter(20, TimeUnit.SECONDS);

    StatusRuntimeException refused =
        org.junit.jupiter.api.Assertions.assertThrows(
            StatusRuntimeException.class, () -> health.check(request));
    assertEquals(Status.Code.NOT_FOUND, refused.getStatus().getCode());
    Iterator<HealthCheckResponse> watched = health.watch(request);
    // SERVICE_UNKNOWN
    assertEquals(3, watched.next().getStatusValue());
  }

  // ---- the models

  @Test
  void aModelIsReadyInTheVersionThatServes() {
    assertTrue(ready("embedder", ""));
    assertTrue(ready("embedder", "3"));
    assertTrue(ready("", ""), "the default model");
    assertEquals(
        Status.Code.NOT_FOUND,
        grpc.call(stub -> stub.modelReady(readyRequest("embedder", "1")), null).code());
    assertEquals(
        Status.Code.NOT_FOUND,
        grpc.call(stub -> stub.modelReady(readyRequest("nobody", "")), null).code());
  }

  private static boolean ready(String model, String version) {
    return grpc.stub().modelReady(readyRequest(model, version)).getReady();
  }

  private static ModelReadyRequest readyRequest(String model, String version) {
    return ModelReadyRequest.newBuilder().setName(model).setVersion(version).build();
  }

  @Test
  void aModelSaysWhatItTakesAndGives() {
    ModelMetadataResponse embedder = metadata("embedder");
    assertAll(
        () -> assertEquals("embedder", embedder.getName()),
        () -> assertEquals(List.of("3"), embedder.getVersionsList()),
        () -> assertEquals("onnxruntime_onnx", embedder.getPlatform()),
        () -> assertEquals(List.of("text BYTES [-1]"), tensors(embedder.getInputsList())),
        () -> assertEquals(List.of("embedding FP32 [-1, 32]"), tensors(embedder.getOutputsList())));

    ModelMetadataResponse table = metadata("table");
    assertEquals(
        List.of("numbers FP32 [-1, 4]", "codes INT64 [-1, 2]", "member BOOL [-1, 1]"),
        tensors(table.getInputsList()));
    assertEquals(
        List.of("price FP32 [-1, 1]", "shares FP64 [-1, 3]", "choice INT64 [-1]"),
        tensors(table.getOutputsList()));

    assertEquals(
        List.of("logits FP32 [-1, 3]", "label BYTES [-1]", "score FP32 [-1]"),
        tensors(metadata("classifier").getOutputsList()));
    assertEquals(
        List.of("query BYTES [-1]", "text BYTES [-1]"), tensors(metadata("ranks").getInputsList()));
  }

  private static ModelMetadataResponse metadata(String model) {
    return grpc.stub().modelMetadata(ModelMetadataRequest.newBuilder().setName(model).build());
  }

  private static List<String> tensors(List<TensorMetadata> tensors) {
    return tensors.stream()
        .map(it -> it.getName() + " " + it.getDatatype() + " " + it.getShapeList())
        .toList();
  }

  @Test
  void aModelSaysHowItIsBatched() {
    ModelConfig table =
        grpc.stub()
            .modelConfig(ModelConfigRequest.newBuilder().setName("table").build())
            .getConfig();

    assertAll(
        () -> assertEquals("table", table.getName()),
        () -> assertEquals("onnxruntime_onnx", table.getPlatform()),
        () -> assertEquals(16, table.getMaxBatchSize()),
        () -> assertEquals(1_500, table.getDynamicBatching().getMaxQueueDelayMicroseconds()),
        () -> assertEquals(10, table.getDynamicBatching().getPriorityLevels()),
        () -> assertEquals(5, table.getDynamicBatching().getDefaultPriorityLevel()),
        () ->
            assertEquals(
                1024, table.getDynamicBatching().getDefaultQueuePolicy().getMaxQueueSize()),
        () -> assertEquals(DataType.TYPE_FP32, table.getInput(0).getDataType()),
        () -> assertEquals(List.of(4L), table.getInput(0).getDimsList()),
        () -> assertEquals(List.of(), table.getOutput(2).getDimsList()));
    assertEquals(
        DataType.TYPE_STRING,
        grpc.stub()
            .modelConfig(ModelConfigRequest.newBuilder().setName("ranks").build())
            .getConfig()
            .getInput(0)
            .getDataType());
  }

  @Test
  void statisticsCountWhatWasServedAndWhatWasNot() {
    ModelStatistics before = statistics("ranks");
    grpc.infer(
        GrpcRequests.typed(
            "ranks",
            GrpcRequests.text("query", "q", "q", "q"),
            GrpcRequests.text("text", "a", "b", "c")));
    grpc.infer(GrpcRequests.texts("ranks", "no query"));
    ModelStatistics after = statistics("ranks");

    assertAll(
        () -> assertEquals("1", after.getVersion()),
        () -> assertEquals(3, after.getInferenceCount() - before.getInferenceCount()),
        () -> assertTrue(after.getExecutionCount() > before.getExecutionCount()),
        () ->
            assertEquals(
                1,
                after.getInferenceStats().getSuccess().getCount()
                    - before.getInferenceStats().getSuccess().getCount()),
        () -> assertTrue(after.getInferenceStats().getComputeInfer().getNs() > 0),
        () -> assertTrue(after.getLastInference() > 1_700_000_000_000L),
        () -> assertFalse(after.getBatchStatsList().isEmpty()));
    assertEquals(
        List.of("classifier", "embedder", "ranks", "table"),
        grpc
            .stub()
            .modelStatistics(ModelStatisticsRequest.getDefaultInstance())
            .getModelStatsList()
            .stream()
            .map(ModelStatistics::getName)
            .toList());
    assertEquals(
        Status.Code.NOT_FOUND,
        grpc.call(
                stub ->
                    stub.modelStatistics(
                        ModelStatisticsRequest.newBuilder().setName("nobody").build()),
                null)
            .code());
  }

  private static ModelStatistics statistics(String model) {
    return grpc.stub()
        .modelStatistics(ModelStatisticsRequest.newBuilder().setName(model).build())
        .getModelStats(0);
  }

  @Test
  void theIndexListsTheModels() {
    assertEquals(
        List.of("classifier 1 READY", "embedder 3 READY", "ranks 1 READY", "table 1 READY"),
        grpc
            .stub()
            .repositoryIndex(RepositoryIndexRequest.newBuilder().setReady(true).build())
            .getModelsList()
            .stream()
            .map(it -> it.getName() + " " + it.getVersion() + " " + it.getState())
            .toList());
  }

  // ---- answers

  @Test
  void anAnswerSaysWhoGaveItAndWhereItsTimeWent() {
    Result<ModelInferResponse> result =
        grpc.infer(
            GrpcRequests.texts("embedder", "ferry", "boat").toBuilder().setId("my id").build(),
            "x-request-id",
            "from-the-caller");

    assertEquals(Status.Code.OK, result.code(), result::toString);
    assertAll(
        () -> assertEquals("embedder", result.answer().getModelName()),
        () -> assertEquals("3", result.answer().getModelVersion()),
        () -> assertEquals("my id", result.answer().getId()),
        () -> assertEquals("from-the-caller", result.header("x-request-id")),
        () -> assertTrue(result.header("x-queue-time").matches("\\d+\\.\\d{3}"), result::toString),
        () ->
            assertTrue(
                result.header("x-inference-time").matches("\\d+\\.\\d{3}"), result::toString),
        () -> assertTrue(result.header("x-total-time").matches("\\d+\\.\\d{3}"), result::toString),
        () -> assertTrue(Integer.parseInt(result.header("x-batch-size")) >= 1));
  }

  @Test
  void everyAnswerHasARequestIdAlsoAnError() {
    Result<ModelInferResponse> served = grpc.infer(GrpcRequests.texts("embedder", "ferry"));
    Result<ModelInferResponse> refused =
        grpc.infer(GrpcRequests.texts("nobody", "ferry"), "x-request-id", "mine");

    assertTrue(served.header("x-request-id").matches("[0-9a-f-]{36}"), served::toString);
    assertEquals("mine", refused.trailer("x-request-id"), refused::toString);
  }

  @Test
  void anAnswerComesAsTheRequestDid() {
    ModelInferResponse typed =
        grpc.infer(GrpcRequests.texts("classifier", "ferry", "boat")).answer();
    ModelInferResponse raw =
        grpc.infer(GrpcRequests.rawTexts("classifier", "ferry", "boat")).answer();

    assertEquals(3, typed.getOutputsCount());
    assertEquals(0, typed.getRawOutputContentsCount());
    assertEquals(6, typed.getOutputs(0).getContents().getFp32ContentsCount());
    assertEquals(2, typed.getOutputs(1).getContents().getBytesContentsCount());

    assertEquals(3, raw.getRawOutputContentsCount());
    assertFalse(raw.getOutputs(0).hasContents());
    assertEquals(6 * 4, raw.getRawOutputContents(0).size());
    assertEquals(
        GrpcRequests.raw(
            typed.getOutputs(1).getContents().getBytesContents(0).toStringUtf8(),
            typed.getOutputs(1).getContents().getBytesContents(1).toStringUtf8()),
        raw.getRawOutputContents(1));
  }

  @Test
  void onlyTheOutputsAskedForComeAndClassesInTritonsForm() {
    ModelInferRequest request =
        GrpcRequests.texts("classifier", "ferry").toBuilder()
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("score"))
            .addOutputs(
                InferRequestedOutputTensor.newBuilder()
                    .setName("logits")
                    .putParameters(
                        "classification", InferParameter.newBuilder().setInt64Param(2).build()))
            .build();

    ModelInferResponse answer = grpc.infer(request).answer();

    assertEquals("score", answer.getOutputs(0).getName());
    assertEquals("BYTES", answer.getOutputs(1).getDatatype());
    assertEquals(List.of(1L, 2L), answer.getOutputs(1).getShapeList());
    String best = answer.getOutputs(1).getContents().getBytesContents(0).toStringUtf8();
    assertTrue(best.matches("1\\.28\\d*:2:good"), best);
  }

  @Test
  void parametersAndHeadersOfTheRequestAreTaken() {
    ModelInferRequest request =
        GrpcRequests.texts("classifier", "ferry").toBuilder()
            .putAllParameters(
                Map.of(
                    "priority", InferParameter.newBuilder().setUint64Param(1).build(),
                    "timeout", InferParameter.newBuilder().setInt64Param(5_000_000).build()))
            .build();

    assertEquals(Status.Code.OK, grpc.infer(request).code());
    assertEquals(
        Status.Code.OK,
        grpc.infer(
                GrpcRequests.texts("classifier", "ferry"),
                "x-priority",
                "9",
                "x-request-timeout-ms",
                "5000")
            .code());
  }

  @Test
  void withoutANameTheDefaultModelServes() {
    assertEquals("classifier", grpc.infer(GrpcRequests.texts("", "ferry")).answer().getModelName());
  }

  @Test
  void callsAreCountedUnderTheProtocol() {
    String served = "ferry_requests_total{model=\"table\",outcome=\"completed\",protocol=\"grpc\"}";
    String malformed = "ferry_requests_total{model=\"\",outcome=\"malformed\",protocol=\"grpc\"}";
    double servedBefore = ferry.series(served);
    double malformedBefore = ferry.series(malformed);

    ModelInferRequest table =
        GrpcRequests.typed(
            "table",
            GrpcRequests.filled("numbers", "FP32", it -> fill(it, 4), 1, 4),
            GrpcRequests.filled(
                "codes", "INT64", it -> it.addInt64Contents(1).addInt64Contents(2), 1, 2),
            GrpcRequests.filled("member", "BOOL", it -> it.addBoolContents(true), 1, 1));
    assertEquals(Status.Code.OK, grpc.infer(table).code());
    grpc.infer(GrpcRequests.typed("table", GrpcRequests.header("numbers", "FP99", 1)));

    assertEquals(1, ferry.series(served) - servedBefore);
    assertEquals(1, ferry.series(malformed) - malformedBefore);
  }

  private static void fill(io.ferry.grpc.wire.InferTensorContents.Builder contents, int numbers) {
    for (int i = 0; i < numbers; i++) {
      contents.addFp32Contents(i);
    }
  }

  @Test
  void reflectionTellsTheServices() throws Exception {
    assertEquals(
        List.of("grpc.health.v1.Health", "inference.GRPCInferenceService"),
        Reflection.services(grpc.channel()).stream()
            .filter(it -> !it.startsWith("grpc.reflection"))
            .sorted()
            .toList());
    assertEquals(
        GRPCInferenceServiceGrpc.getServiceDescriptor().getMethods().stream()
            .map(MethodDescriptor::getBareMethodName)
            .toList(),
        Reflection.methods(grpc.channel(), "inference.GRPCInferenceService"));
  }
}
