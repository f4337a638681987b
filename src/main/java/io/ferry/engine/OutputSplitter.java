package io.ferry.engine;

import io.ferry.batching.Batch;
import io.ferry.batching.PassResult;
import io.ferry.batching.Row;
import io.ferry.batching.WrongOutputException;
import io.ferry.inference.Prediction;
import io.ferry.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Copies each row's part out of the outputs of a batch. */
public final class OutputSplitter {

  private final RowLayout layout;

  /** A splitter for batches of this layout. */
  public OutputSplitter(RowLayout layout) {
    this.layout = layout;
  }

  /**
   * Gives every row its answer. What an output of at least three axes says of padding is left out:
   * [rows, longest, …] becomes [tokens of the row, …].
   *
   * @param outputs at least one, in the model's order
   * @return done, or a fault if an output has not the batch's rows
   */
  public PassResult split(Batch batch, List<RawOutput> outputs) {
    for (RawOutput output : outputs) {
      if (output.shape().length < 1 || output.shape()[0] != batch.size()) {
        return new PassResult.Faulted(
            new WrongOutputException(
                "%d rows went into the model, an output has the shape %s; its first axis must be the rows"
                    .formatted(batch.size(), Arrays.toString(output.shape()))));
      }
    }
    int longest = batch.longest();
    for (int index = 0; index < batch.size(); index++) {
      Row row = batch.rows().get(index);
      List<Tensor> tensors = new ArrayList<>(outputs.size());
      for (RawOutput output : outputs) {
        tensors.add(part(output, index, row.input().length(), longest));
      }
      row.answer(new Prediction(tensors));
    }
    return new PassResult.Done();
  }

  private Tensor part(RawOutput output, int index, int length, int longest) {
    int[] shape = new int[output.shape().length - 1];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = Math.toIntExact(output.shape()[axis + 1]);
    }
    int rowBytes = output.data().remaining() / Math.toIntExact(output.shape()[0]);
    int from = output.data().position() + index * rowBytes;
    int bytes = rowBytes;
    if (layout instanceof RowLayout.Tokens && shape.length >= 2 && shape[0] == longest) {
      int tokenBytes = rowBytes / longest;
      bytes = tokenBytes * length;
      shape[0] = length;
    }
    byte[] copy = new byte[bytes];
    output.data().get(from, copy);
    return new Tensor(output.datatype(), shape, ByteBuffer.wrap(copy));
  }
}
