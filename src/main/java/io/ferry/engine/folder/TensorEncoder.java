package io.ferry.engine.folder;

import io.ferry.inference.Datatype;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.inference.Tensor;
import io.ferry.inference.TensorRow;
import io.ferry.model.Encoder;
import io.ferry.model.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes rows of tensors: in the signature's order, and of nothing but what it says. */
final class TensorEncoder implements Encoder {

  private final List<TensorSpec> inputs;

  TensorEncoder(List<TensorSpec> inputs) {
    this.inputs = List.copyOf(inputs);
  }

  @Override
  public Encoded encode(Input input, EncodingOptions options) {
    return switch (input) {
      case Input.Text text -> noTexts();
      case Input.Pair pair -> noTexts();
      case Input.TokenizedText ids -> noTexts();
      case Input.TokenRow row -> noTexts();
      case Input.Tensors(List<Input.Named> tensors) -> encode(tensors);
    };
  }

  private static Encoded noTexts() {
    return refused("this model takes numbers, not texts");
  }

  private Encoded encode(List<Input.Named> tensors) {
    Map<String, Tensor> byName = new HashMap<>();
    for (Input.Named named : tensors) {
      String name =
          named.name().isEmpty() && inputs.size() == 1 ? inputs.getFirst().name() : named.name();
      if (inputs.stream().noneMatch(it -> it.name().equals(name))) {
        return refused("the model has no input \"%s\"; it takes %s".formatted(name, names()));
      }
      if (byName.put(name, named.tensor()) != null) {
        return refused("the input \"%s\" is there twice".formatted(name));
      }
    }
    List<Tensor> row = new ArrayList<>(inputs.size());
    for (TensorSpec spec : inputs) {
      Tensor tensor = byName.get(spec.name());
      if (tensor == null) {
        return refused(
            "the input \"%s\" is missing; the model takes %s".formatted(spec.name(), names()));
      }
      Optional<String> flaw = flaw(spec, tensor);
      if (flaw.isPresent()) {
        return refused("the input \"%s\" %s".formatted(spec.name(), flaw.get()));
      }
      row.add(tensor);
    }
    return new Encoded.Row(new TensorRow(row));
  }

  private String names() {
    return String.join(", ", inputs.stream().map(TensorSpec::name).toList());
  }

  private static Optional<String> flaw(TensorSpec spec, Tensor tensor) {
    if (tensor.datatype() != spec.datatype()) {
      return Optional.of("is %s, the model takes %s".formatted(tensor.datatype(), spec.datatype()));
    }
    List<Integer> expected = spec.rowShape();
    int[] shape = tensor.shape();
    boolean fits = shape.length == expected.size();
    for (int axis = 0; fits && axis < shape.length; axis++) {
      fits = shape[axis] > 0 && (expected.get(axis) == -1 || expected.get(axis) == shape[axis]);
    }
    if (!fits) {
      return Optional.of(
          "has the shape %s, a row of the model has %s"
              .formatted(Arrays.toString(shape), expected));
    }
    if (!tensor.finite()) {
      return Optional.of("holds a number that is not finite");
    }
    if (tensor.datatype() == Datatype.BOOL && !truthValues(tensor)) {
      return Optional.of("holds a truth value that is neither 0 nor 1");
    }
    return Optional.empty();
  }

  private static boolean truthValues(Tensor tensor) {
    for (int i = 0; i < tensor.elements(); i++) {
      if (tensor.at(i) != 0 && tensor.at(i) != 1) {
        return false;
      }
    }
    return true;
  }

  private static Encoded refused(String message) {
    return new Encoded.Refused(new Outcome.Invalid(Flaw.VALIDATION, message));
  }
}
