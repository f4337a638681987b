package io.ferry.pipeline;

import io.ferry.inference.Outcome;
import io.ferry.model.ModelSpec;
import java.util.List;
import java.util.OptionalInt;

/** What the pipeline says to a request. */
public sealed interface InferenceReply {

  /**
   * Every row was served.
   *
   * @param model what served them
   * @param rows one a text, in the order of the request
   * @param tokens of all rows, special ones included, padding not; of rows of tensors their number
   * @param encodingNanos how long it took to make rows of the inputs, waiting for a turn included
   * @param totalNanos from the request's arrival in the pipeline to now
   */
  record Answered(
      ModelSpec model,
      List<Outcome.Completed> rows,
      long tokens,
      long encodingNanos,
      long totalNanos)
      implements InferenceReply {}

  /**
   * The request was refused or failed, as a whole.
   *
   * @param outcome why; never {@link Outcome.Completed}
   * @param row the row at fault, from 0, where it is one row's
   */
  record Refused(Outcome outcome, OptionalInt row) implements InferenceReply {

    /** Refused for a reason that is no single row's. */
    static Refused whole(Outcome outcome) {
      return new Refused(outcome, OptionalInt.empty());
    }

    /** Refused because of one row. */
    static Refused of(Outcome outcome, int row) {
      return new Refused(outcome, OptionalInt.of(row));
    }
  }
}
