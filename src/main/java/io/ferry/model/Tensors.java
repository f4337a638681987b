package io.ferry.model;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import java.util.Optional;

/** The outputs as they are. */
public record Tensors() implements Task {

  @Override
  public String label() {
    return "tensors";
  }

  @Override
  public Optional<String> flaw(ModelInput input, Prediction prediction) {
    return Optional.empty();
  }
}
