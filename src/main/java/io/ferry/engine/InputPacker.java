package io.ferry.engine;

import io.ferry.batching.Batch;
import io.ferry.model.ModelLoadException;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays the rows of a batch out as a model file wants them: one tensor for each of its inputs, in
 * its order. Belongs to one lane's thread.
 */
public final class InputPacker {

  private final List<InputPlane> planes;

  private InputPacker(List<InputPlane> planes) {
    this.planes = planes;
  }

  /**
   * A packer for a file.
   *
   * @param layout what rows there are
   * @param wanted what the file takes, in its order
   * @throws ModelLoadException if the rows have no such input, or the file does not take one
   */
  public static InputPacker of(RowLayout layout, List<WantedInput> wanted)
      throws ModelLoadException {
    return of(layout, wanted, BufferSource.DIRECT);
  }

  /**
   * The same, into memory of a kind that the engine wants.
   *
   * @param buffers where the memory comes from
   */
  public static InputPacker of(RowLayout layout, List<WantedInput> wanted, BufferSource buffers)
      throws ModelLoadException {
    return new InputPacker(
        switch (layout) {
          case RowLayout.Tokens tokens -> TokenPlane.of(tokens, wanted, buffers);
          case RowLayout.Tensors tensors -> TensorPlane.of(tensors, wanted, buffers);
        });
  }

  /**
   * Packs a batch into buffers that the next one uses again.
   *
   * @return one tensor for each input of the file, in its order
   */
  public List<PackedTensor> pack(Batch batch) {
    List<PackedTensor> packed = new ArrayList<>(planes.size());
    for (InputPlane plane : planes) {
      packed.add(plane.pack(batch));
    }
    return packed;
  }
}
