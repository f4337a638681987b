package io.ferry.engine.djl;

import io.ferry.batching.Row;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import java.util.Optional;

/** A row that shows what the engine answered. */
final class AnsweredRow implements Row {

  private final ModelInput input;
  private Optional<Prediction> answer = Optional.empty();

  AnsweredRow(ModelInput input) {
    this.input = input;
  }

  @Override
  public ModelInput input() {
    return input;
  }

  @Override
  public void answer(Prediction prediction) {
    answer = Optional.of(prediction);
  }

  float[] values() {
    return answer.orElseThrow().values();
  }
}
