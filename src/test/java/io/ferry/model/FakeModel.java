package io.ferry.model;

import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.inference.Datatype;
import io.ferry.inference.Encoding;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome;
import io.ferry.inference.Prediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A model that answers each row with its first token, or does what a test says. A text has a token
 * for each character. It remembers its passes as {@code rows x longest}.
 */
public final class FakeModel implements ModelInstance {

  /** What it is warmed up with: 50 characters. */
  public static final String EXAMPLE = "Ferry carries many small loads across in one trip.";

  private final List<String> passes = new ArrayList<>();
  private final Function<Batch, PassResult> script;

  /** A model with a will of its own. */
  public FakeModel(Function<Batch, PassResult> script) {
    this.script = script;
  }

  /** A model that answers. */
  public static FakeModel answering() {
    return new FakeModel(FakeModel::answer);
  }

  /** Answers each row with its first token. */
  public static PassResult answer(Batch batch) {
    batch
        .rows()
        .forEach(row -> row.answer(Prediction.of((float) ((Encoding) row.input()).tokenIds()[0])));
    return new PassResult.Done();
  }

  /** It with all that is needed to serve it: rows of 100 tokens at most. */
  public LoadedModel loaded() {
    return loaded(100);
  }

  /** It with all that is needed to serve it. */
  public LoadedModel loaded(int maxTokens) {
    return loaded(maxTokens, new Tensors());
  }

  /** It for a task. */
  public LoadedModel loaded(int maxTokens, Task task) {
    return new LoadedModel(
        spec(task, maxTokens), texts(maxTokens), List.of(this), new Input.Text(EXAMPLE));
  }

  /** It with an encoder of a test's. */
  public LoadedModel loaded(Encoder encoder) {
    return new LoadedModel(
        spec(new Tensors(), 100), encoder, List.of(this), new Input.Text(EXAMPLE));
  }

  /** What a model of this task would be. */
  public static ModelSpec spec(Task task, int maxTokens) {
    Signature signature =
        new Signature(
            List.of(new TensorSpec("input_ids", Datatype.INT64, List.of(-1, -1))), List.of());
    return new ModelSpec("fake", "1", "fake", "fp32", task, maxTokens, signature);
  }

  private static Encoder texts(int maxTokens) {
    return (input, options) -> {
      String text =
          switch (input) {
            case Input.Text(String only) -> only;
            case Input.Pair(String first, String second) -> first + second;
            default -> throw new IllegalArgumentException("not asked of it: " + input);
          };
      long[] tokens = text.codePoints().asLongStream().toArray();
      if (options.truncation() == EncodingOptions.Truncation.RIGHT) {
        tokens = Arrays.copyOf(tokens, Math.min(tokens.length, maxTokens));
      }
      return tokens.length <= maxTokens
          ? new Encoder.Encoded.Row(new Encoding(tokens))
          : new Encoder.Encoded.Refused(
              new Outcome.Invalid(
                  Outcome.Flaw.VALIDATION,
                  "the text has %d tokens, the model takes %d; send a shorter text"
                      .formatted(tokens.length, maxTokens)));
    };
  }

  /** What ran, such as {@code 4x16}. */
  public List<String> passes() {
    return passes;
  }

  @Override
  public PassResult forward(Batch batch) {
    passes.add(batch.size() + "x" + batch.longest());
    return script.apply(batch);
  }

  @Override
  public void close() {
    // It holds nothing.
  }
}
