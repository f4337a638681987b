package io.ferry.engine.djl;

import io.ferry.batching.Row;
import io.ferry.inference.Encoding;
import io.ferry.inference.Prediction;
import java.util.Optional;

/** A row that shows what the engine answered. */
final class AnsweredRow implements Row {

  private final Encoding encoding;
  private Optional<Prediction> answer = Optional.empty();

  AnsweredRow(Encoding encoding) {
    this.encoding = encoding;
  }

  @Override
  public Encoding encoding() {
    return encoding;
  }

  @Override
  public void answer(Prediction prediction) {
    answer = Optional.of(prediction);
  }

  float[] values() {
    return answer.orElseThrow().values();
  }
}
