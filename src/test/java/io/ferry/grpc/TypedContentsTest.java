package io.ferry.grpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.ferry.grpc.wire.InferTensorContents;
import io.ferry.inference.Datatype;
import io.ferry.inference.Tensor;
import io.ferry.openinference.TensorHeader;
import io.ferry.openinference.WireTensor;
import io.ferry.protocol.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TypedContentsTest {

  private static InferTensorContents.Builder contents() {
    return InferTensorContents.newBuilder();
  }

  /** The extremes of each kind. */
  private static InferTensorContents extremes(Datatype datatype) {
    return switch (datatype) {
      case BOOL -> contents().addBoolContents(true).addBoolContents(false).build();
      case UINT8 -> contents().addUintContents(255).addUintContents(0).build();
      case INT8 -> contents().addIntContents(-128).addIntContents(127).build();
      case INT32 ->
          contents().addIntContents(Integer.MIN_VALUE).addIntContents(Integer.MAX_VALUE).build();
      case INT64 ->
          contents().addInt64Contents(Long.MIN_VALUE).addInt64Contents(Long.MAX_VALUE).build();
      case FP32 ->
          contents().addFp32Contents(Float.MIN_VALUE).addFp32Contents(-Float.MAX_VALUE).build();
      case FP64 ->
          contents().addFp64Contents(Double.MIN_VALUE).addFp64Contents(-Double.MAX_VALUE).build();
      case FP16 -> throw new IllegalArgumentException("has no field");
    };
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FP16")
  void whatIsReadIsWrittenAgain(Datatype datatype) throws Exception {
    InferTensorContents extremes = extremes(datatype);

    WireTensor read =
        TypedContents.read(TensorHeader.of("x", datatype.name(), new long[] {2, 1}), extremes);

    assertEquals(datatype.name(), read.datatype());
    assertArrayEquals(new int[] {2, 1}, read.shape());
    assertEquals(extremes, TypedContents.write(read));
  }

  @Test
  void bytesAreTakenAsTheyAre() throws Exception {
    ByteString noText = ByteString.copyFrom(new byte[] {-1, 0, 7});
    InferTensorContents contents =
        contents().addBytesContents(noText).addBytesContents(ByteString.EMPTY).build();

    WireTensor read = TypedContents.read(TensorHeader.of("x", "BYTES", new long[] {2}), contents);

    assertEquals(contents, TypedContents.write(read));
  }

  @Test
  void nothingIsAsManyValuesAsAnEmptyShapeTakes() throws Exception {
    for (String datatype : List.of("FP32", "FP16", "BYTES")) {
      WireTensor read =
          TypedContents.read(
              TensorHeader.of("x", datatype, new long[] {0, 4}),
              InferTensorContents.getDefaultInstance());
      assertArrayEquals(new int[] {0, 4}, read.shape());
    }
  }

  @Test
  void anAxislessShapeIsOneValue() throws Exception {
    WireTensor read =
        TypedContents.read(
            TensorHeader.of("x", "FP32", new long[0]), contents().addFp32Contents(7).build());

    assertEquals(contents().addFp32Contents(7).build(), TypedContents.write(read));
  }

  @Test
  void halfPrecisionHasNoField() throws Exception {
    TensorHeader header = TensorHeader.of("x", "FP16", new long[] {1});
    MalformedException refused =
        assertThrows(
            MalformedException.class,
            () -> TypedContents.read(header, InferTensorContents.getDefaultInstance()));
    assertTrue(refused.explanation().contains("raw_input_contents"), refused::explanation);

    ByteBuffer half = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    assertFalse(
        TypedContents.holds(
            new WireTensor.Numbers("x", new Tensor(Datatype.FP16, new int[] {1}, half))));
  }
}
