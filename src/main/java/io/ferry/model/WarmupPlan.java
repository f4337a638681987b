package io.ferry.model;

import java.time.Duration;
import java.util.List;

/**
 * How a model is warmed up.
 *
 * @param budget device time after which no further pass is begun, on each lane
 * @param sizes rows of batches to run; empty: chosen by the model's limits
 * @param lengths tokens of rows to run; empty: chosen by the model's limits
 */
public record WarmupPlan(Duration budget, List<Integer> sizes, List<Integer> lengths) {

  /** Copies the lists. */
  public WarmupPlan {
    sizes = List.copyOf(sizes);
    lengths = List.copyOf(lengths);
  }
}
