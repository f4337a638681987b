package io.ferry.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.ferry.grpc.wire.InferParameter;
import io.ferry.grpc.wire.ModelInferRequest;
import io.ferry.grpc.wire.ModelInferRequest.InferInputTensor;
import io.ferry.grpc.wire.ModelInferRequest.InferRequestedOutputTensor;
import io.ferry.inference.ModelChoice;
import io.ferry.openinference.InferRequest;
import io.ferry.openinference.InferRequest.RequestedOutput;
import io.ferry.openinference.InferRows;
import io.ferry.openinference.Models;
import io.ferry.openinference.WireTensor;
import io.ferry.protocol.UnfitException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be wrong is in {@code GrpcErrorsIT}. */
class RequestReadingTest {

  @Test
  void whatIsEmptyIsNotThere() throws Exception {
    assertEquals(
        new InferRequest(
            Optional.empty(),
            ModelChoice.DEFAULT,
            List.of(),
            List.of(),
            Optional.empty(),
            OptionalLong.empty()),
        RequestReading.read(ModelInferRequest.getDefaultInstance()));
  }

  @Test
  void everythingElseIsTaken() throws Exception {
    InferRequest read =
        RequestReading.read(
            ModelInferRequest.newBuilder()
                .setModelName("m")
                .setModelVersion("2")
                .setId("id")
                .putParameters("timeout", InferParameter.newBuilder().setInt64Param(1_500).build())
                .putParameters("priority", InferParameter.newBuilder().setUint64Param(2).build())
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("a"))
                .addOutputs(
                    InferRequestedOutputTensor.newBuilder()
                        .setName("b")
                        .putParameters(
                            "classification", InferParameter.newBuilder().setInt64Param(3).build()))
                .build());

    assertEquals(
        new InferRequest(
            Optional.of("id"),
            new ModelChoice(Optional.of("m"), Optional.of("2")),
            List.of(),
            List.of(new RequestedOutput("a", 0), new RequestedOutput("b", 3)),
            Optional.of(Duration.ofNanos(1_500_000)),
            OptionalLong.of(8)),
        read);
  }

  /** They are no bytes, so that any number of them fits a message of none. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsOfNoTokensAreRefusedHoweverManyThereAre(boolean raw) throws Exception {
    ModelInferRequest.Builder message =
        ModelInferRequest.newBuilder()
            .addInputs(
                InferInputTensor.newBuilder()
                    .setName("input_ids")
                    .setDatatype("INT64")
                    .addShape(268_435_455)
                    .addShape(0));
    if (raw) {
      message.addRawInputContents(ByteString.EMPTY);
    }
    InferRequest read = RequestReading.read(message.build());

    assertEquals(
        "input \"input_ids\" has the shape [268435455, 0]; a row has at least one token",
        assertThrows(
                UnfitException.class,
                () -> InferRows.of(read, Models.named("embedder"), Models.LIMITS))
            .outcome()
            .message());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void rawNumbersAreAViewOfTheMessage(int before) throws Exception {
    // Within a larger message the bytes of a tensor begin at any place.
    ByteBuffer bytes = ByteBuffer.allocate(before + 16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(before, 5).putLong(before + 8, -6);
    ByteString raw = ByteString.copyFrom(bytes).substring(before);

    InferRequest read =
        RequestReading.read(
            ModelInferRequest.newBuilder()
                .addInputs(
                    InferInputTensor.newBuilder().setName("x").setDatatype("INT64").addShape(2))
                .addRawInputContents(raw)
                .build());

    WireTensor.Numbers numbers =
        assertInstanceOf(WireTensor.Numbers.class, read.inputs().getFirst());
    assertEquals(5, numbers.tensor().whole(0));
    assertEquals(-6, numbers.tensor().whole(1));
    assertFalse(numbers.tensor().data().isDirect());
    assertEquals(true, numbers.tensor().data().isReadOnly(), "a copy could be written to");
  }
}
