package io.ferry.engine.simulated;

import io.ferry.batching.SystemTime;
import io.ferry.inference.Encoding;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoader;
import io.ferry.model.ModelSpec;
import io.ferry.model.Task;

/**
 * The one model of {@code ferry.device=simulated}: a token is a character (a Unicode code point),
 * and the output is their number.
 */
public final class SimulatedLoader implements ModelLoader {

  private final SimulatedCost cost;
  private final SystemTime time;

  /** A loader of a model with these costs. */
  public SimulatedLoader(SimulatedCost cost, SystemTime time) {
    this.cost = cost;
    this.time = time;
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public LoadedModel load() {
    return new LoadedModel(
        new ModelSpec(name(), new Task.Tensors(), Integer.MAX_VALUE, 1),
        text -> new Encoding(text.codePoints().asLongStream().toArray()),
        new SimulatedInstance(cost, time, time.parkerOfCurrentThread()));
  }
}
