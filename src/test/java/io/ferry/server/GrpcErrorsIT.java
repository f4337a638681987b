package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.grpc.wire.GRPCInferenceServiceGrpc;
import io.ferry.grpc.wire.ModelInferRequest;
import io.ferry.grpc.wire.ModelInferResponse;
import io.ferry.server.GrpcBadRequests.BadRequest;
import io.ferry.server.GrpcCaller.Result;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that can be wrong with a call has its status code and a sentence that helps. */
class GrpcErrorsIT {

  private static final int LEAST_CASES = 60;

  @TempDir private static Path models;

  private static FerryProcess ferry;
  private static GrpcCaller grpc;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    ModelFolder.copy("tiny-bert-embed", models.resolve("embedder"));
    ModelFolder.copy("tiny-roberta-classify", models.resolve("classifier"));
    ModelFolder.copy("tiny-bert-rerank", models.resolve("ranks"));
    ModelFolder.copy("tiny-tabular", models.resolve("table"));
    ModelFolder.copy("faulty", models.resolve("faulty"));
    ferry = FerryLaunch.models(models).with("ferry.limits.max-body", "4M").start();
    grpc = new GrpcCaller(ferry);
  }

  @AfterAll
  static void stop() {
    grpc.close();
    ferry.close();
  }

  static Stream<BadRequest> cases() {
    return GrpcBadRequests.all();
  }

  @Test
  void thereAreManyCases() {
    assertTrue(cases().count() >= LEAST_CASES);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aWrongMessageIsToldWhatIsWrong(BadRequest bad) {
    Result<ModelInferResponse> result =
        grpc.infer(bad.request(), bad.metadata().toArray(String[]::new));

    assertEquals(bad.code(), result.code(), result::sentence);
    assertAll(
        () -> assertTrue(result.sentence().contains(bad.says()), result::sentence),
        () -> assertTrue(result.sentence().length() < 1_100, result::sentence),
        () -> assertFalse(result.sentence().contains("Exception"), result::sentence),
        () -> assertFalse(result.sentence().contains("io.ferry"), result::sentence),
        () -> assertFalse(result.trailer("x-request-id").isEmpty(), result::toString));
  }

  @Test
  void nothingOfThatIsABugAndTheServerServesOn() {
    cases().forEach(bad -> grpc.infer(bad.request(), bad.metadata().toArray(String[]::new)));

    assertEquals(Status.Code.OK, grpc.infer(GrpcRequests.texts("embedder", "ferry")).code());
    assertFalse(ferry.log().contains("A bug"), ferry::log);
    assertEquals(200, ferry.health("live").statusCode());
  }

  @Test
  void aMessageThatIsTooLargeIsRefusedBeforeItIsThere() {
    double before = tooLarge();
    Result<ModelInferResponse> result =
        grpc.infer(GrpcRequests.texts("embedder", "x".repeat(5 << 20)));

    assertEquals(Status.Code.RESOURCE_EXHAUSTED, result.code(), result::sentence);
    assertTrue(result.sentence().contains(Integer.toString(4 << 20)), result::sentence);
    assertEquals(1, tooLarge() - before);
    assertFalse(ferry.log().contains("SEVERE"), ferry::log);
  }

  private static double tooLarge() {
    return ferry.series("ferry_requests_total{model=\"\",outcome=\"too_large\",protocol=\"grpc\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SystemSharedMemoryStatus",
        "SystemSharedMemoryRegister",
        "SystemSharedMemoryUnregister",
        "CudaSharedMemoryStatus",
        "CudaSharedMemoryRegister",
        "CudaSharedMemoryUnregister",
        "TraceSetting",
        "LogSettings",
        "ModelStreamInfer"
      })
  void whatFerryHasNotIsToldSo(String method) {
    Status status =
        callBytes(
            "inference.GRPCInferenceService/" + method,
            new byte[0],
            method.equals("ModelStreamInfer") ? MethodType.BIDI_STREAMING : MethodType.UNARY);

    assertEquals(Status.Code.UNIMPLEMENTED, status.getCode());
    assertTrue(String.valueOf(status.getDescription()).startsWith("Ferry"), status::toString);
  }

  @Test
  void aMethodThatNobodyHasIsUnimplemented() {
    assertEquals(
        Status.Code.UNIMPLEMENTED,
        callBytes("inference.GRPCInferenceService/Fly", new byte[0], MethodType.UNARY).getCode());
  }

  @Test
  void bytesThatAreNoMessageAreRefused() {
    byte[] noMessage = {42, 127, 127, 127};
    Status status =
        callBytes(
            GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName(),
            noMessage,
            MethodType.UNARY);

    assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode(), status::toString);
    assertFalse(ferry.log().contains("SEVERE"), ferry::log);
    assertEquals(Status.Code.OK, grpc.infer(GrpcRequests.texts("embedder", "ferry")).code());
  }

  @Test
  void twoMessagesAreOneTooMany() throws Exception {
    CompletableFuture<Status> ended = new CompletableFuture<>();
    ClientCall<ModelInferRequest, ModelInferResponse> call =
        grpc.channel()
            .newCall(
                GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder()
                    .setType(MethodType.CLIENT_STREAMING)
                    .build(),
                CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
    call.start(statusOf(ended), new Metadata());
    call.request(1);
    call.sendMessage(GrpcRequests.texts("embedder", "a"));
    call.sendMessage(GrpcRequests.texts("embedder", "b"));
    call.halfClose();

    Status status = ended.get(20, TimeUnit.SECONDS);
    assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode(), status::toString);
    assertTrue(String.valueOf(status.getDescription()).contains("one message"));
  }

  @Test
  void aCallWithoutAMessageIsRefused() throws Exception {
    CompletableFuture<Status> ended = new CompletableFuture<>();
    ClientCall<ModelInferRequest, ModelInferResponse> call =
        grpc.channel()
            .newCall(
                GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder()
                    .setType(MethodType.CLIENT_STREAMING)
                    .build(),
                CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
    call.start(statusOf(ended), new Metadata());
    call.request(1);
    call.halfClose();

    Status status = ended.get(20, TimeUnit.SECONDS);
    assertEquals(Status.Code.INVALID_ARGUMENT, status.getCode(), status::toString);
  }

  private static <A> ClientCall.Listener<A> statusOf(CompletableFuture<Status> ended) {
    return new ClientCall.Listener<>() {
      @Override
      public void onClose(Status status, Metadata trailers) {
        ended.complete(status);
      }
    };
  }

  /** Calls a method by its name, with these bytes as the message. */
  private static Status callBytes(String method, byte[] message, MethodType type) {
    CompletableFuture<Status> ended = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call =
        grpc.channel()
            .newCall(
                MethodDescriptor.<byte[], byte[]>newBuilder()
                    .setType(type)
                    .setFullMethodName(method)
                    .setRequestMarshaller(new Bytes())
                    .setResponseMarshaller(new Bytes())
                    .build(),
                CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
    call.start(statusOf(ended), new Metadata());
    call.request(1);
    call.sendMessage(message);
    call.halfClose();
    return ended.join();
  }

  /** Bytes as they are. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException broken) {
        throw new java.io.UncheckedIOException(broken);
      }
    }
  }
}
