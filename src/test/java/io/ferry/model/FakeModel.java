package io.ferry.model;

import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.inference.Encoding;
import io.ferry.inference.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A model that answers each row with its first token, or does what a test says. A text has a token
 * for each character. It remembers its passes as {@code rows x longest}.
 */
public final class FakeModel implements ModelInstance {

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
        .forEach(row -> row.answer(new Prediction(new float[] {row.encoding().tokenIds()[0]})));
    return new PassResult.Done();
  }

  /** It with all that is needed to serve it: rows of 100 tokens at most. */
  public LoadedModel loaded() {
    return loaded(100, 1);
  }

  /** It with all that is needed to serve it. */
  public LoadedModel loaded(int maxTokens, int outputLength) {
    return new LoadedModel(
        new ModelSpec("fake", new Task.Tensors(), maxTokens, outputLength),
        text -> new Encoding(text.codePoints().asLongStream().toArray()),
        this);
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
