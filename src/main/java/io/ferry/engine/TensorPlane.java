package io.ferry.engine;

import io.ferry.batching.Batch;
import io.ferry.batching.Row;
import io.ferry.inference.Datatype;
import io.ferry.inference.Tensor;
import io.ferry.inference.TensorRow;
import io.ferry.model.ModelLoadException;
import io.ferry.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One of the tensors of each row, stacked along the batch axis. */
final class TensorPlane implements InputPlane {

  private final int position;
  private final TensorSpec spec;
  private final ReusedBuffer buffer;

  private TensorPlane(int position, TensorSpec spec, BufferSource buffers) {
    this.buffer = new ReusedBuffer(buffers);
    this.position = position;
    this.spec = spec;
  }

  static List<InputPlane> of(
      RowLayout.Tensors layout, List<WantedInput> wanted, BufferSource buffers)
      throws ModelLoadException {
    List<String> names = layout.inputs().stream().map(TensorSpec::name).toList();
    if (wanted.size() != names.size()) {
      throw new ModelLoadException(
          "the model takes %d inputs (%s), signature.json describes %d (%s)"
              .formatted(wanted.size(), joined(wanted), names.size(), String.join(", ", names)));
    }
    List<InputPlane> planes = new ArrayList<>(wanted.size());
    for (WantedInput input : wanted) {
      // A single input needs no name to be told from others; many modules call theirs just "x".
      int position = wanted.size() == 1 ? 0 : names.indexOf(input.name());
      if (position < 0) {
        throw new ModelLoadException(
            "the model takes the inputs %s, signature.json describes %s"
                .formatted(joined(wanted), String.join(", ", names)));
      }
      TensorSpec spec = layout.inputs().get(position);
      Optional<Datatype> datatype = input.datatype();
      if (datatype.isPresent() && datatype.get() != spec.datatype()) {
        throw new ModelLoadException(
            "the model takes %s as %s, signature.json says %s"
                .formatted(input.name(), datatype.get(), spec.datatype()));
      }
      planes.add(
          new TensorPlane(
              position, new TensorSpec(input.name(), spec.datatype(), spec.shape()), buffers));
    }
    return List.copyOf(planes);
  }

  private static String joined(List<WantedInput> wanted) {
    return String.join(", ", wanted.stream().map(WantedInput::name).toList());
  }

  @Override
  public PackedTensor pack(Batch batch) {
    Tensor first = tensor(batch.rows().getFirst());
    long[] shape = new long[first.shape().length + 1];
    shape[0] = batch.size();
    for (int axis = 0; axis < first.shape().length; axis++) {
      shape[axis + 1] = first.shape()[axis];
    }
    ByteBuffer data = buffer.clear((long) first.data().remaining() * batch.size());
    for (Row row : batch.rows()) {
      put(tensor(row), data);
    }
    return new PackedTensor(spec.name(), spec.datatype(), shape, data.flip());
  }

  private Tensor tensor(Row row) {
    // The encoder of a model without a tokenizer gives nothing else; the former stacks equals only.
    return ((TensorRow) row.input()).tensors().get(position);
  }

  private static void put(Tensor tensor, ByteBuffer data) {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalStateException("Ferry runs on little-endian machines");
    }
    data.put(tensor.data().duplicate());
  }
}
