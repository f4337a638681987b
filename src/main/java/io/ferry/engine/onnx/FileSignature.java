package io.ferry.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.ferry.inference.Datatype;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Signature;
import io.ferry.model.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a loaded file says that it takes and gives. */
final class FileSignature {

  private FileSignature() {}

  /**
   * Reads it from the file.
   *
   * @return outputs are empty if the file leaves the axes of one open
   * @throws ModelLoadException if the file takes or gives something that Ferry has no numbers for,
   *     or takes an input without a batch axis
   */
  static Signature of(OrtSession session) throws OrtException, ModelLoadException {
    List<TensorSpec> inputs = new ArrayList<>();
    for (NodeInfo node : session.getInputInfo().values()) {
      TensorInfo info = tensor(node, "takes");
      Datatype datatype = datatype(node, info, "takes", ElementTypes::input);
      inputs.add(
          spec(node, info, datatype)
              .orElseThrow(
                  () ->
                      new ModelLoadException(
                          "the model takes \"%s\" with the shape %s; every input needs a batch axis"
                                  .formatted(node.getName(), Arrays.toString(info.getShape()))
                              + " first and no axis of length 0")));
    }
    if (inputs.isEmpty()) {
      throw new ModelLoadException("the model takes no input; its answer cannot depend on a row");
    }
    return new Signature(inputs, outputs(session));
  }

  private static List<TensorSpec> outputs(OrtSession session)
      throws OrtException, ModelLoadException {
    List<TensorSpec> outputs = new ArrayList<>();
    boolean told = true;
    for (NodeInfo node : session.getOutputInfo().values()) {
      TensorInfo info = tensor(node, "gives");
      Optional<TensorSpec> spec =
          spec(node, info, datatype(node, info, "gives", ElementTypes::output));
      told &= spec.isPresent();
      spec.ifPresent(outputs::add);
    }
    return told ? outputs : List.of();
  }

  private static TensorInfo tensor(NodeInfo node, String verb) throws ModelLoadException {
    if (node.getInfo() instanceof TensorInfo info) {
      return info;
    }
    throw new ModelLoadException(
        "the model %s \"%s\" as a sequence or a map; Ferry takes tensors alone"
            .formatted(verb, node.getName()));
  }

  private static Datatype datatype(
      NodeInfo node,
      TensorInfo info,
      String verb,
      Function<OnnxTensorType, Optional<Datatype>> known)
      throws ModelLoadException {
    return known
        .apply(info.onnxType)
        .orElseThrow(
            () ->
                new ModelLoadException(
                    "the model %s \"%s\" as %s; Ferry takes %s"
                        .formatted(
                            verb,
                            node.getName(),
                            ElementTypes.named(info.onnxType),
                            ElementTypes.all())));
  }

  /** Empty if there is no batch axis, or the file does not tell the axes. */
  private static Optional<TensorSpec> spec(NodeInfo node, TensorInfo info, Datatype datatype) {
    long[] shape = info.getShape();
    if (shape.length == 0
        || Arrays.stream(shape).anyMatch(axis -> axis < -1 || axis == 0 || (int) axis != axis)) {
      return Optional.empty();
    }
    List<Integer> axes = Arrays.stream(shape).mapToObj(Math::toIntExact).toList();
    return Optional.of(new TensorSpec(node.getName(), datatype, axes));
  }
}
