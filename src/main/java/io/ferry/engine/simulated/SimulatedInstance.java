package io.ferry.engine.simulated;

import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.Parker;
import io.ferry.batching.PassResult;
import io.ferry.batching.Row;
import io.ferry.batching.Ticker;
import io.ferry.inference.Prediction;
import java.util.function.Supplier;

/**
 * Waits as long as the batch would take and answers each row with its number of tokens. Has one
 * lane: its thread is busy while a batch runs.
 */
final class SimulatedInstance implements ModelInstance {

  private final SimulatedCost cost;
  private final Ticker ticker;
  private final Supplier<Parker> parkers;

  /**
   * @param parkers makes a parker of the thread that runs a pass
   */
  SimulatedInstance(SimulatedCost cost, Ticker ticker, Supplier<Parker> parkers) {
    this.cost = cost;
    this.ticker = ticker;
    this.parkers = parkers;
  }

  @Override
  public PassResult forward(Batch batch) {
    Parker device = parkers.get();
    long end = ticker.nanos() + cost.nanos(batch.size(), batch.paddedTokens());
    while (ticker.nanos() < end) {
      device.parkUntil(end);
    }
    for (Row row : batch.rows()) {
      row.answer(Prediction.of(row.input().length()));
    }
    return new PassResult.Done();
  }

  @Override
  public void close() {
    // It holds nothing.
  }
}
