package io.ferry.rest.openinference;

import io.ferry.inference.Datatype;
import io.ferry.model.ModelSpec;
import io.ferry.openinference.ModelMetadata;
import io.ferry.openinference.TensorHeader;
import io.ferry.openinference.TensorMetadata;
import io.ferry.openinference.WireTensor;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A body that is nothing but the data of a model's only input. Its shape follows from its length: a
 * text is the whole body; of numbers the axis that varies is as long as the body fills it, which
 * may be the batch axis, and where another one varies, too, the body is one row.
 */
final class RawInput {

  private RawInput() {}

  /**
   * The input.
   *
   * @throws UnfitException if the model has several, or its shape does not follow from the length
   */
  static WireTensor of(ModelSpec model, byte[] body) throws MalformedException, UnfitException {
    List<TensorMetadata> inputs = ModelMetadata.of(model).inputs();
    if (inputs.size() != 1) {
      throw new UnfitException(
          "a body of binary data alone (%s: 0) is for models with one input; model \"%s\" takes %s"
              .formatted(
                  InferBody.HEADER_LENGTH,
                  model.name(),
                  inputs.stream().map(TensorMetadata::name).collect(Collectors.joining(", "))));
    }
    TensorMetadata input = inputs.getFirst();
    return input.datatype().equals(WireTensor.BYTES)
        ? new WireTensor.Bytes(input.name(), new int[] {1}, List.of(body))
        : TensorHeader.of(input.name(), input.datatype(), shape(input, body.length))
            .raw(ByteBuffer.wrap(body));
  }

  private static long[] shape(TensorMetadata input, int bytes) throws UnfitException {
    List<Integer> axes = input.shape();
    long[] shape = new long[axes.size()];
    int varying = 0;
    long unit = Datatype.valueOf(input.datatype()).bytes();
    for (int axis = 1; axis < shape.length; axis++) {
      shape[axis] = axes.get(axis);
      if (shape[axis] == -1) {
        if (varying != 0) {
          throw new UnfitException(
              "the shape %s of input \"%s\" does not follow from the length of the body; send a request with JSON"
                  .formatted(axes, input.name()));
        }
        varying = axis;
      } else {
        unit *= shape[axis];
      }
    }
    if (bytes == 0 || bytes % unit != 0) {
      throw new UnfitException(
          "the body has %d bytes; input \"%s\" of the shape %s and %s takes a multiple of %d"
              .formatted(bytes, input.name(), axes, input.datatype(), unit));
    }
    shape[0] = 1;
    shape[varying] = bytes / unit;
    return shape;
  }
}
