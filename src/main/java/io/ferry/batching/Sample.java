package io.ferry.batching;

import io.ferry.inference.Encoding;
import io.ferry.inference.Prediction;
import org.jspecify.annotations.Nullable;

/** A row that nobody waits for: for warm-up, and to find out whether a model still works. */
public final class Sample implements Row {

  private final Encoding encoding;
  private @Nullable Prediction answer;

  /** A row with no answer yet. */
  public Sample(Encoding encoding) {
    this.encoding = encoding;
  }

  @Override
  public Encoding encoding() {
    return encoding;
  }

  @Override
  public void answer(Prediction prediction) {
    answer = prediction;
  }

  /** Whether there is an answer, and it consists of numbers. */
  public boolean wellAnswered() {
    return answer != null && answer.finite();
  }

  /** The number of values in the answer; 0 if there is none. */
  public int answerLength() {
    return answer == null ? 0 : answer.values().length;
  }
}
