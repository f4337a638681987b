package io.ferry.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ferry.inference.Datatype;
import io.ferry.inference.Outcome;
import io.ferry.inference.Prediction;
import io.ferry.inference.Tensor;
import io.ferry.inference.Timings;
import io.ferry.model.ModelSpec;
import io.ferry.pipeline.InferenceReply.Answered;
import java.util.List;

/** What the pipeline gives, without the pipeline. */
public final class Answers {

  private Answers() {}

  /** A row whose output is one vector. */
  public static Outcome.Completed row(float... values) {
    return new Outcome.Completed(Prediction.of(values), new Timings(1_000, 2_000, 1));
  }

  /** A row whose output is a vector for each token. */
  public static Outcome.Completed tokens(int tokens, float... values) {
    int[] shape = {tokens, values.length / tokens};
    Tensor tensor = new Tensor(Datatype.FP32, shape, Tensor.of(values).data());
    return new Outcome.Completed(new Prediction(List.of(tensor)), new Timings(1_000, 2_000, 1));
  }

  /** Rows of a model. */
  public static Answered of(ModelSpec model, Outcome.Completed... rows) {
    return new Answered(model, List.of(rows), 7, 3_000, 12_345_678);
  }

  /** What is written, as text. */
  public static String written(Json.Writing writing) {
    return new String(Json.bytes(writing), UTF_8);
  }
}
