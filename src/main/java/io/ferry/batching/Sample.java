package io.ferry.batching;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A row that nobody waits for: for warm-up, and to find out whether a model still works. */
public final class Sample implements Row {

  private final ModelInput input;
  private @Nullable Prediction answer;

  /** A row with no answer yet. */
  public Sample(ModelInput input) {
    this.input = input;
  }

  @Override
  public ModelInput input() {
    return input;
  }

  @Override
  public void answer(Prediction prediction) {
    answer = prediction;
  }

  /** Whether there is an answer, and it consists of numbers. */
  public boolean wellAnswered() {
    return answer != null && answer.finite();
  }

  /** The answer, if there is one. */
  public Optional<Prediction> answer() {
    return Optional.ofNullable(answer);
  }
}
