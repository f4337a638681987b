package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import io.ferry.grpc.wire.ModelInferRequest;
import io.ferry.grpc.wire.ModelInferResponse;
import io.ferry.server.GrpcCaller.Result;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Each message may be large, but not all of them at once: here there is room for one and a half. A
 * call holds its message until it is answered, and a pass takes a second and a half.
 */
class GrpcLargeMessagesIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int MOST = 8_000_000;
  private static final int TOKENS = 900_000;

  private static FerryProcess ferry;
  private static GrpcCaller grpc;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    ferry =
        FerryLaunch.simulated()
            .with("ferry.simulated.fixed", "1500ms")
            .with("ferry.limits.max-body", Integer.toString(MOST))
            .with("ferry.limits.max-text", "1000000")
            .withEnvironment("JAVA_TOOL_OPTIONS", "-Xmx96m")
            .start();
    grpc = new GrpcCaller(ferry);
  }

  @AfterAll
  static void stop() {
    grpc.close();
    ferry.close();
  }

  private static ModelInferRequest large() {
    return ModelInferRequest.newBuilder()
        .setModelName("simulated")
        .addInputs(GrpcRequests.header("input_ids", "INT64", 1, TOKENS))
        .addRawInputContents(ByteString.copyFrom(new byte[8 * TOKENS]))
        .build();
  }

  @Test
  void manyAtOnceAreRefusedAndLeaveNothingBehind() throws InterruptedException {
    CompletableFuture<Result<ModelInferResponse>> first = grpc.inferLater(large());
    Eventually.within(SOON, "a running pass", () -> ferry.metric("ferry_inflight_rows") == 1);

    Result<ModelInferResponse> second = grpc.infer(large());

    assertEquals(Status.Code.RESOURCE_EXHAUSTED, second.code(), second::sentence);
    assertEquals("too many large messages at once; try again later", second.sentence());
    assertEquals("1", second.trailer("retry-after"));
    assertFalse(first.isDone(), "the first was to be in memory still");
    assertEquals(Status.Code.OK, first.join().code(), first.join()::sentence);
    assertEquals(Status.Code.OK, grpc.infer(large()).code(), "there is room again");
    assertEquals(
        1,
        ferry.series(
            "ferry_requests_total{model=\"\",outcome=\"too_many_bodies\",protocol=\"grpc\"}"));
  }

  @Test
  void aCompressedMessageCountsAsWhatItGrowsTo() {
    String text = "x".repeat(3 * MOST);
    Result<ModelInferResponse> bomb =
        grpc.call(
            grpc.stub().withCompression("gzip"),
            stub -> stub.modelInfer(GrpcRequests.texts("simulated", text)),
            ModelInferResponse.getDefaultInstance());

    assertEquals(Status.Code.RESOURCE_EXHAUSTED, bomb.code(), bomb::sentence);
    assertFalse(ferry.log().contains("SEVERE"), ferry::log);
    assertEquals(
        Status.Code.OK,
        grpc.call(
                grpc.stub().withCompression("gzip"),
                stub -> stub.modelInfer(GrpcRequests.texts("simulated", "x".repeat(10_000))),
                ModelInferResponse.getDefaultInstance())
            .code());
  }
}
