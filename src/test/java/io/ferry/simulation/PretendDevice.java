package io.ferry.simulation;

import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.batching.Row;
import io.ferry.inference.Encoding;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A device whose passes take virtual time and whose answer to a row is a hash of its tokens, so an
 * answer on a wrong row is seen. It fails as often as the workload says, in the ways engines fail.
 */
final class PretendDevice implements ModelInstance {

  /** A row that begins with this token makes its batch fail. */
  static final long POISON = -1;

  /** A row that begins with this token has no finite answer. */
  static final long NOT_FINITE = -2;

  private final Workload workload;
  private final VirtualTime time;
  private final SplittableRandom random;
  private final VirtualTime.LaneThread lane;
  private final Consumer<Batch> onPass;
  private final Runnable onLoss;
  private long outageEnds;
  private boolean lost;
  private boolean closed;

  PretendDevice(
      Workload workload,
      VirtualTime time,
      VirtualTime.LaneThread lane,
      SplittableRandom random,
      Consumer<Batch> onPass,
      Runnable onLoss) {
    this.workload = workload;
    this.time = time;
    this.lane = lane;
    this.random = random;
    this.onPass = onPass;
    this.onLoss = onLoss;
  }

  @Override
  public PassResult forward(Batch batch) {
    if (closed || lost) {
      throw new Violation("a pass on a device that is closed or lost");
    }
    onPass.accept(batch);
    lane.pass(duration(batch));
    if (closed) {
      throw new Violation("a model is closed while a lane is in it");
    }
    if (workload.losesDevice() && random.nextInt(50) == 0) {
      lost = true;
      onLoss.run();
      return new PassResult.DeviceLost(new IllegalStateException("illegal memory access"));
    }
    if (batch.size() > workload.memoryRows()) {
      return new PassResult.OutOfMemory(new IllegalStateException("out of memory"));
    }
    if (random.nextDouble() < workload.outages()) {
      outageEnds = time.nanos() + random.nextLong(15_000 * Workload.MILLIS);
    }
    if (time.nanos() < outageEnds) {
      return new PassResult.Faulted(new IllegalStateException("an outage"));
    }
    if (random.nextDouble() < workload.passesThatThrow()) {
      throwSomething();
    }
    if (batch.rows().stream().anyMatch(row -> tokens(row)[0] == POISON)) {
      return new PassResult.Faulted(new IllegalArgumentException("a poisoned row"));
    }
    boolean skipsOne = random.nextDouble() < workload.passesWithMissingAnswers();
    int skipped = skipsOne ? random.nextInt(batch.size()) : -1;
    for (int i = 0; i < batch.size(); i++) {
      if (i != skipped) {
        Row row = batch.rows().get(i);
        row.answer(answer(row.input()));
      }
    }
    return new PassResult.Done();
  }

  private long duration(Batch batch) {
    if (random.nextDouble() < workload.passesThatHang()) {
      return 3_000 * Workload.MILLIS;
    }
    return random.nextLong(200 * Workload.MICROS, 4 * Workload.MILLIS)
        + batch.paddedTokens() * random.nextLong(1, 2_000);
  }

  private void throwSomething() {
    switch (random.nextInt(6)) {
      case 0 -> throw new IllegalStateException("the engine threw");
      case 1 -> throw new StackOverflowError("the engine's stack");
      case 2 -> throw new AssertionError("the engine asserts");
      case 3 -> throw new NoClassDefFoundError("a class the engine lacks");
      case 4 -> throw new InternalError("a fault in the engine's mapped memory");
      default -> throw new OutOfMemoryError("the engine's heap");
    }
  }

  static Prediction answer(ModelInput input) {
    long[] tokens = ((Encoding) input).tokenIds();
    return Prediction.of(
        tokens[0] == NOT_FINITE ? Float.NaN : (float) (Arrays.hashCode(tokens) & 0xFFFFFF));
  }

  private static long[] tokens(Row row) {
    return ((Encoding) row.input()).tokenIds();
  }

  @Override
  public void close() {
    closed = true;
  }
}
