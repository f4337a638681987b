package io.ferry.batching;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome.Rejection;
import java.time.Duration;
import java.util.List;

/**
 * Finds out whether a model that failed several batches in a row still works, with rows known to be
 * good. If these pass, the callers' rows were at fault and serving goes on; if they fail, the model
 * is unavailable and tried again until they pass.
 */
final class Probe implements Chore {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Flow flow;
  private final ModelInstance model;
  private final List<? extends ModelInput> knownGood;
  private final Ticker ticker;
  private boolean unavailable;

  Probe(Flow flow, ModelInstance model, List<? extends ModelInput> knownGood, Ticker ticker) {
    this.flow = flow;
    this.model = model;
    this.knownGood = knownGood;
    this.ticker = ticker;
  }

  @Override
  public Next step(Heartbeat heartbeat) {
    List<Sample> samples = knownGood.stream().map(Sample::new).toList();
    PassResult result = GuardedPass.run(model, new Batch(samples), heartbeat);
    if (result instanceof PassResult.DeviceLost) {
      return new Next.DeviceLost();
    }
    if (result instanceof PassResult.Done && samples.stream().allMatch(Sample::wellAnswered)) {
      if (unavailable && flow.queue().resume()) {
        flow.listener().available();
      }
      flow.probeEnded();
      return new Next.Done();
    }
    if (!unavailable) {
      flow.queue().suspend(Rejection.UNAVAILABLE);
      flow.listener().unavailable("the model fails every batch, also rows that it served before");
      unavailable = true;
    }
    return new Next.Again(ticker.nanos() + INTERVAL.toNanos());
  }
}
