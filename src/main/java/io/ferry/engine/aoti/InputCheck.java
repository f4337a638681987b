package io.ferry.engine.aoti;

import io.ferry.engine.PackedTensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last look at a batch before native code has it: a compiled model looks at neither the kind
 * nor the length of what it gets, and reads on where an input ends too early.
 */
final class InputCheck {

  private InputCheck() {}

  /** What is wrong with the inputs of a batch; empty if nothing is. */
  static Optional<String> fault(List<PackedTensor> inputs, PackageFacts facts) {
    if (inputs.size() != facts.inputs().size()) {
      return Optional.of(
          "%d inputs, the model takes %d".formatted(inputs.size(), facts.inputs().size()));
    }
    Map<String, Long> lengths = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      Optional<String> fault = fault(inputs.get(i), facts.inputs().get(i), facts, lengths);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> fault(
      PackedTensor input, TensorFacts wanted, PackageFacts facts, Map<String, Long> lengths) {
    if (!input.name().equals(wanted.name())
        || !input.datatype().name().equals(wanted.datatype())
        || input.shape().length != wanted.shape().size()) {
      return Optional.of(
          "%s %s with %d axes, the model takes %s %s with %d"
              .formatted(
                  input.name(),
                  input.datatype(),
                  input.shape().length,
                  wanted.name(),
                  wanted.datatype(),
                  wanted.shape().size()));
    }
    long elements = 1;
    for (int axis = 0; axis < input.shape().length; axis++) {
      long length = input.shape()[axis];
      TensorFacts.Axis bounds = wanted.shape().get(axis);
      if (!facts.range(bounds).holds(length)) {
        return Optional.of(
            "%s with the shape %s; axis %d may be %s"
                .formatted(
                    input.name(), Arrays.toString(input.shape()), axis, facts.range(bounds)));
      }
      if (bounds instanceof TensorFacts.Axis.Open(String label)
          && lengths.computeIfAbsent(label, it -> length) != length) {
        return Optional.of(
            "%s with the shape %s; axis %d is %d in another input"
                .formatted(input.name(), Arrays.toString(input.shape()), axis, lengths.get(label)));
      }
      elements = Math.multiplyExact(elements, length);
    }
    if (!input.data().isDirect()
        || input.data().remaining() != elements * input.datatype().bytes()) {
      return Optional.of(
          "%s of %d bytes, its shape %s needs %d"
              .formatted(
                  input.name(),
                  input.data().remaining(),
                  Arrays.toString(input.shape()),
                  elements * input.datatype().bytes()));
    }
    return Optional.empty();
  }
}
