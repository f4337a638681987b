package io.ferry.engine.aoti;

import io.ferry.model.ModelLoadException;
import java.util.List;

/** Whether a package may be loaded here: what it needs of libtorch, device and processor. */
final class PackageCheck {

  private PackageCheck() {}

  /**
   * Checks what the package says of itself, before any of its code is loaded.
   *
   * @param libtorch what runs it
   * @param device {@code cpu} or {@code cuda}
   */
  static void check(PackageFacts facts, TorchVersion libtorch, String device, CpuFeatures cpu)
      throws ModelLoadException {
    TorchVersion compiledBy;
    try {
      compiledBy = TorchVersion.of(facts.torch());
    } catch (IllegalArgumentException broken) {
      throw new ModelLoadException(
          "model.pt2 says that PyTorch \"%s\" compiled it, which is no version; export it again"
              .formatted(facts.torch()),
          broken);
    }
    if (compiledBy.compareTo(libtorch) > 0) {
      throw new ModelLoadException(
          "model.pt2 was compiled by PyTorch %s, and the libtorch that is set is %s; set a newer one, or export it with this one"
              .formatted(compiledBy, libtorch));
    }
    if (!facts.device().equals(device)) {
      throw new ModelLoadException(
          "model.pt2 was compiled for %s, and this device is %s; export it with --device %s"
              .formatted(facts.device(), device, device));
    }
    List<String> missing = cpu.missing(facts.cpuFeatures());
    if (!missing.isEmpty()) {
      throw new ModelLoadException(
          "model.pt2 was compiled for a processor that can %s, which this one cannot; export it on this machine or one like it"
              .formatted(String.join(", ", missing)));
    }
  }

  /**
   * Compares the package's description with what its library says.
   *
   * @throws ModelLoadException if they are of different models
   */
  static void check(PackageFacts facts, ModelLibrary.Call call) throws ModelLoadException {
    List<String> takes;
    List<String> gives;
    try {
      takes = CallSpec.names(call.takes());
      gives = CallSpec.names(call.gives());
    } catch (IllegalArgumentException unknown) {
      throw different(unknown);
    }
    List<String> inputs = facts.inputs().stream().map(TensorFacts::name).toList();
    List<String> outputs = facts.outputs().stream().map(TensorFacts::name).toList();
    if (!takes.equals(inputs)
        || !gives.equals(outputs)
        || call.inputs() != inputs.size()
        || call.outputs() != outputs.size()) {
      throw different(
          new IllegalArgumentException(
              "%s and %s in the library (%d and %d), %s and %s in its metadata"
                  .formatted(takes, gives, call.inputs(), call.outputs(), inputs, outputs)));
    }
  }

  private static ModelLoadException different(IllegalArgumentException cause) {
    return new ModelLoadException(
        "the library in model.pt2 does not take and give what its metadata says; export it again",
        cause);
  }
}
