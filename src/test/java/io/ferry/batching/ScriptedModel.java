package io.ferry.batching;

import io.ferry.inference.Encoding;
import io.ferry.inference.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A model that does what a test says, and remembers the passes it was asked for. */
final class ScriptedModel implements ModelInstance {

  private final List<List<Long>> passes = new ArrayList<>();
  private Function<Batch, PassResult> script;

  ScriptedModel(Function<Batch, PassResult> script) {
    this.script = script;
  }

  /** From now on it behaves like this. */
  void becomes(Function<Batch, PassResult> other) {
    script = other;
  }

  /** The row ids of each pass. */
  List<List<Long>> passes() {
    return passes;
  }

  /** A row of one token, which is also its right answer. */
  static Encoding row(long id) {
    return new Encoding(new long[] {id});
  }

  static long id(Row row) {
    return ((Encoding) row.input()).tokenIds()[0];
  }

  /** Answers every row with its id. */
  static PassResult answer(Batch batch) {
    batch.rows().forEach(row -> row.answer(Prediction.of((float) id(row))));
    return new PassResult.Done();
  }

  static PassResult fault() {
    return new PassResult.Faulted(new IllegalArgumentException("as the test says"));
  }

  static PassResult outOfMemory() {
    return new PassResult.OutOfMemory(new IllegalStateException("as the test says"));
  }

  static PassResult deviceLost() {
    return new PassResult.DeviceLost(new IllegalStateException("as the test says"));
  }

  @Override
  public PassResult forward(Batch batch) {
    passes.add(batch.rows().stream().map(ScriptedModel::id).toList());
    return script.apply(batch);
  }

  @Override
  public void close() {
    // It holds nothing.
  }
}
