package io.ferry.engine.folder;

import java.util.List;
import java.util.Optional;

/**
 * What an operator says of a model over what its files say.
 *
 * @param task one of {@link #TASKS}
 * @param pooling one of {@link #POOLINGS}
 * @param engine one of {@link #ENGINES}
 */
public record FolderOptions(
    Optional<String> task, Optional<String> pooling, Optional<String> engine) {

  /** What a model's numbers can mean. */
  public static final List<String> TASKS =
      List.of("embed", "embed-all", "classify", "rerank", "tensors");

  /** How one vector can be made of the tokens'. */
  public static final List<String> POOLINGS = List.of("cls", "mean", "max", "last");

  /** What can run a model. */
  public static final List<String> ENGINES = List.of("pytorch", "onnxruntime", "aotinductor");

  /** Whatever the files say. */
  public static final FolderOptions AUTO =
      new FolderOptions(Optional.empty(), Optional.empty(), Optional.empty());
}
