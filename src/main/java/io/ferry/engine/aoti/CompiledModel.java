package io.ferry.engine.aoti;

import io.ferry.engine.RowLayout;
import io.ferry.engine.WantedInput;
import io.ferry.inference.Datatype;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Signature;
import io.ferry.model.TensorSpec;
import java.util.List;
import java.util.Optional;

/**
 * What a lane knows of the model that it runs.
 *
 * @param facts of the package
 * @param layout of rows
 * @param device where it runs
 * @param threads that compute in one pass, on a CPU
 */
record CompiledModel(PackageFacts facts, RowLayout layout, TorchShim.Device device, int threads) {

  private static final AxisRange ANY = new AxisRange(0, Long.MAX_VALUE);
  private static final String BRAIN_FLOAT = "BF16";

  /** How many rows and tokens it takes; all inputs agree on it, see {@link #signature}. */
  RowBounds bounds() {
    List<TensorFacts.Axis> axes = facts.inputs().getFirst().shape();
    return new RowBounds(
        facts.range(axes.getFirst()), axes.size() > 1 ? facts.range(axes.get(1)) : ANY);
  }

  List<WantedInput> wanted() throws ModelLoadException {
    return signature(facts).inputs().stream()
        .map(input -> new WantedInput(input.name(), Optional.of(input.datatype())))
        .toList();
  }

  /**
   * A package's signature in Ferry's words.
   *
   * @throws ModelLoadException if it takes or gives what Ferry has no numbers for
   */
  static Signature signature(PackageFacts facts) throws ModelLoadException {
    for (TensorFacts input : facts.inputs()) {
      if (Datatype.named(input.datatype()).isEmpty()) {
        throw strange("takes", input);
      }
    }
    for (TensorFacts output : facts.outputs()) {
      if (read(output).isEmpty()) {
        throw strange("gives", output);
      }
    }
    return new Signature(
        facts.inputs().stream().map(CompiledModel::spec).toList(),
        facts.outputs().stream().map(CompiledModel::spec).toList());
  }

  private static ModelLoadException strange(String verb, TensorFacts tensor) {
    return new ModelLoadException(
        "the model %s \"%s\" as %s; Ferry takes %s"
            .formatted(verb, tensor.name(), tensor.datatype(), List.of(Datatype.values())));
  }

  private static Optional<Datatype> read(TensorFacts tensor) {
    return tensor.datatype().equals(BRAIN_FLOAT)
        ? Optional.of(Datatype.FP32)
        : Datatype.named(tensor.datatype());
  }

  private static TensorSpec spec(TensorFacts tensor) {
    List<Integer> shape =
        tensor.shape().stream()
            .map(
                axis ->
                    switch (axis) {
                      case TensorFacts.Axis.Fixed(int length) -> length;
                      case TensorFacts.Axis.Open open -> -1;
                    })
            .toList();
    return new TensorSpec(tensor.name(), read(tensor).orElseThrow(), shape);
  }
}
