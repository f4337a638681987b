package io.ferry.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.ferry.grpc.wire.InferTensorContents;
import io.ferry.inference.Datatype;
import io.ferry.inference.Tensor;
import io.ferry.openinference.TensorHeader;
import io.ferry.openinference.WireTensor;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** A tensor's values as numbers in a field that goes by the datatype, not as bytes. */
final class TypedContents {

  private TypedContents() {}

  // ---- reading

  /**
   * Reads an input.
   *
   * @throws MalformedException if there are values in another field than the datatype's, more or
   *     fewer than the shape takes, or one that the datatype does not hold
   */
  static WireTensor read(TensorHeader header, InferTensorContents contents)
      throws MalformedException {
    Optional<Datatype> numbers = header.numbers();
    inOneField(header, contents, numbers);
    if (numbers.isEmpty()) {
      return header.bytes(
          contents.getBytesContentsList().stream().map(ByteString::toByteArray).toList());
    }
    Datatype datatype = numbers.get();
    header.holds(count(datatype, contents));
    // The shape is checked, so this is no larger than what came.
    ByteBuffer data =
        ByteBuffer.allocate(header.elements() * datatype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < header.elements(); i++) {
      switch (datatype) {
        case BOOL -> data.put((byte) (contents.getBoolContents(i) ? 1 : 0));
        case UINT8 -> data.put((byte) byteSized(header, i, unsigned(contents, i), 0, 255));
        case INT8 -> data.put((byte) byteSized(header, i, contents.getIntContents(i), -128, 127));
        case INT32 -> data.putInt(contents.getIntContents(i));
        case INT64 -> data.putLong(contents.getInt64Contents(i));
        case FP32 -> data.putFloat(contents.getFp32Contents(i));
        case FP64 -> data.putDouble(contents.getFp64Contents(i));
        case FP16 -> throw new IllegalStateException("there is no field for it; checked above");
      }
    }
    return new WireTensor.Numbers(header.name(), new Tensor(datatype, header.shape(), data.flip()));
  }

  private static long unsigned(InferTensorContents contents, int i) {
    return Integer.toUnsignedLong(contents.getUintContents(i));
  }

  private static int count(Datatype datatype, InferTensorContents contents) {
    return switch (datatype) {
      case BOOL -> contents.getBoolContentsCount();
      case UINT8 -> contents.getUintContentsCount();
      case INT8, INT32 -> contents.getIntContentsCount();
      case INT64 -> contents.getInt64ContentsCount();
      case FP32 -> contents.getFp32ContentsCount();
      case FP64 -> contents.getFp64ContentsCount();
      case FP16 -> 0;
    };
  }

  private static String field(Optional<Datatype> datatype) {
    return datatype
        .map(
            it ->
                switch (it) {
                  case BOOL -> "bool_contents";
                  case UINT8 -> "uint_contents";
                  case INT8, INT32 -> "int_contents";
                  case INT64 -> "int64_contents";
                  case FP32 -> "fp32_contents";
                  case FP64 -> "fp64_contents";
                  case FP16 -> "raw_input_contents";
                })
        .orElse("bytes_contents");
  }

  private static void inOneField(
      TensorHeader header, InferTensorContents contents, Optional<Datatype> datatype)
      throws MalformedException {
    String field = field(datatype);
    for (FieldDescriptor filled : contents.getAllFields().keySet()) {
      if (!filled.getName().equals(field)) {
        throw new MalformedException(
            "input \"%s\" is %s, so its values go into %s, not %s"
                .formatted(
                    Quotation.clip(header.name()), header.datatype(), field, filled.getName()));
      }
    }
    if (datatype.equals(Optional.of(Datatype.FP16)) && header.elements() > 0) {
      throw new MalformedException(
          "input \"%s\" is FP16, for which there is no field; send raw_input_contents"
              .formatted(Quotation.clip(header.name())));
    }
  }

  private static long byteSized(TensorHeader header, int i, long value, long least, long most)
      throws MalformedException {
    if (value < least || value > most) {
      throw new MalformedException(
          "input \"%s\": value %d is %d; %s takes %d to %d"
              .formatted(Quotation.clip(header.name()), i, value, header.datatype(), least, most));
    }
    return value;
  }

  // ---- writing

  /** Whether there is a field for an output's values. */
  static boolean holds(WireTensor output) {
    return !output.datatype().equals(Datatype.FP16.name());
  }

  /** The values of an output. */
  static InferTensorContents write(WireTensor output) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    switch (output) {
      case WireTensor.Bytes bytes -> bytes.values().forEach(it -> add(it, contents));
      case WireTensor.Numbers(String name, Tensor tensor) -> {
        for (int i = 0; i < tensor.elements(); i++) {
          add(tensor, i, contents);
        }
      }
    }
    return contents.build();
  }

  private static void add(byte[] value, InferTensorContents.Builder contents) {
    contents.addBytesContents(ByteString.copyFrom(value));
  }

  private static void add(Tensor tensor, int i, InferTensorContents.Builder contents) {
    switch (tensor.datatype()) {
      case BOOL -> contents.addBoolContents(tensor.whole(i) != 0);
      case UINT8 -> contents.addUintContents((int) tensor.whole(i));
      case INT8, INT32 -> contents.addIntContents((int) tensor.whole(i));
      case INT64 -> contents.addInt64Contents(tensor.whole(i));
      case FP32 -> contents.addFp32Contents((float) tensor.at(i));
      case FP64 -> contents.addFp64Contents(tensor.at(i));
      case FP16 -> throw new IllegalArgumentException("there is no field for FP16");
    }
  }
}
