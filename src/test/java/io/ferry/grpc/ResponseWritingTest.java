package io.ferry.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import io.ferry.grpc.wire.ModelInferResponse;
import io.ferry.inference.Datatype;
import io.ferry.inference.Tensor;
import io.ferry.openinference.InferResponse;
import io.ferry.openinference.WireTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResponseWritingTest {

  private static final WireTensor SCORES = new WireTensor.Numbers("scores", Tensor.of(1.5f, -2f));
  private static final WireTensor LABELS =
      new WireTensor.Bytes("labels", new int[] {2}, List.of(new byte[] {'h', 'i'}, new byte[0]));

  private static ModelInferResponse write(boolean raw, WireTensor... outputs) {
    return ResponseWriting.write(
        new InferResponse("m", "3", Optional.of("id"), List.of(outputs)), raw);
  }

  @Test
  void numbersGoTyped() {
    ModelInferResponse message = write(false, SCORES, LABELS);

    assertEquals("m 3 id", message.getModelName() + " " + message.getModelVersion() + " id");
    assertEquals("id", message.getId());
    assertEquals(List.of(1.5f, -2f), message.getOutputs(0).getContents().getFp32ContentsList());
    assertEquals(List.of(2L), message.getOutputs(0).getShapeList());
    assertEquals("FP32", message.getOutputs(0).getDatatype());
    assertEquals(
        List.of(ByteString.copyFromUtf8("hi"), ByteString.EMPTY),
        message.getOutputs(1).getContents().getBytesContentsList());
    assertEquals(0, message.getRawOutputContentsCount());
  }

  @Test
  void orRawLittleEndianAndBytesBehindTheirLengths() {
    ModelInferResponse message = write(true, SCORES, LABELS);

    assertFalse(message.getOutputs(0).hasContents());
    ByteBuffer floats =
        message.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(1.5f, floats.getFloat());
    assertEquals(-2f, floats.getFloat());
    assertEquals(
        ByteString.copyFrom(new byte[] {2, 0, 0, 0, 'h', 'i', 0, 0, 0, 0}),
        message.getRawOutputContents(1));
  }

  @Test
  void oneOutputWithoutAFieldMakesAllOfThemRaw() {
    ByteBuffer half = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    half.putShort(0, Float.floatToFloat16(0.5f));
    WireTensor halves =
        new WireTensor.Numbers("half", new Tensor(Datatype.FP16, new int[] {1}, half));

    ModelInferResponse message = write(false, SCORES, halves);

    assertEquals(2, message.getRawOutputContentsCount());
    assertFalse(message.getOutputs(0).hasContents());
    assertEquals(
        0.5f,
        Float.float16ToFloat(
            message
                .getRawOutputContents(1)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .getShort()));
  }
}
