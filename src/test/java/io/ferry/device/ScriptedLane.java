package io.ferry.device;

import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.inference.Input;
import io.ferry.model.Encoder;
import io.ferry.model.FakeModel;
import io.ferry.model.LoadedModel;
import io.ferry.model.Tensors;
import java.util.List;
import java.util.function.Function;

/** A lane of a model that does what a test says, and knows whether it has left memory. */
final class ScriptedLane implements ModelInstance {

  private final Function<Batch, PassResult> script;
  private final Runnable onClose;
  private volatile boolean closed;

  ScriptedLane(Function<Batch, PassResult> script) {
    this(script, () -> {});
  }

  ScriptedLane(Function<Batch, PassResult> script, Runnable onClose) {
    this.script = script;
    this.onClose = onClose;
  }

  /** One that answers. */
  static ScriptedLane answering() {
    return new ScriptedLane(FakeModel::answer);
  }

  /** One that answers, and tells when it is closed. */
  static ScriptedLane closing(Runnable onClose) {
    return new ScriptedLane(FakeModel::answer, onClose);
  }

  /** A model of these lanes. */
  static LoadedModel model(ScriptedLane... lanes) {
    Encoder encoder = FakeModel.answering().loaded().encoder();
    return new LoadedModel(
        FakeModel.spec(new Tensors(), 100),
        encoder,
        List.of(lanes),
        new Input.Text(FakeModel.EXAMPLE));
  }

  boolean closed() {
    return closed;
  }

  @Override
  public PassResult forward(Batch batch) {
    return script.apply(batch);
  }

  @Override
  public void close() {
    closed = true;
    onClose.run();
  }
}
