package io.ferry.model;

import io.ferry.batching.Batch;
import io.ferry.batching.BatchPolicy;
import io.ferry.batching.GuardedPass;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.PassResult;
import io.ferry.batching.Sample;
import io.ferry.batching.Ticker;
import io.ferry.inference.Encoding;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A model's first passes, which are slow: engines allocate, profile and compile then. Each shape
 * runs twice, because PyTorch's executor profiles in the first pass and optimises in the second.
 * Runs on the device's thread.
 */
public final class Warmup {

  /** Time after which no further shape is begun. */
  public static final Duration BUDGET = Duration.ofSeconds(10);

  private static final int RUNS_PER_SHAPE = 2;
  private static final EncodingOptions CUT =
      new EncodingOptions(Truncation.RIGHT, Optional.empty());

  private record Shape(int rows, int length) {}

  private final Ticker ticker;
  private final Heartbeat heartbeat;

  /** A warm-up that reports its steps to the heartbeat. */
  public Warmup(Ticker ticker, Heartbeat heartbeat) {
    this.ticker = ticker;
    this.heartbeat = heartbeat;
  }

  /** Rows that a working model serves: the smallest warm-up batch. */
  public static List<ModelInput> knownGood(LoadedModel model) throws ModelLoadException {
    return List.of(encode(model));
  }

  /**
   * Runs the largest and the smallest shape, then those between as long as the budget lasts.
   *
   * @throws ModelLoadException if the model fails, or answers with something else than its task
   *     says
   */
  public void run(LoadedModel model, BatchPolicy policy) throws ModelLoadException {
    long end = ticker.nanos() + BUDGET.toNanos();
    ModelInput text = encode(model);
    for (Shape shape : shapes(policy, model.spec(), text.length())) {
      for (int run = 0; run < RUNS_PER_SHAPE; run++) {
        if (ticker.nanos() > end) {
          return;
        }
        pass(model, shape, text);
      }
    }
  }

  private void pass(LoadedModel model, Shape shape, ModelInput text) throws ModelLoadException {
    ModelInput row = stretch(text, shape.length());
    List<Sample> rows = Stream.generate(() -> new Sample(row)).limit(shape.rows()).toList();
    switch (GuardedPass.run(model.lanes().getFirst(), new Batch(rows), heartbeat)) {
      case PassResult.Done() -> check(rows, model.spec());
      case PassResult.OutOfMemory(Throwable cause) -> {
        if (shape.rows() == 1) {
          throw new ModelLoadException("the device has too little memory for a single row", cause);
        }
        // A smaller batch may fit; serving finds out which.
      }
      case PassResult.Faulted(Throwable cause) ->
          throw new ModelLoadException("the model fails its warm-up; the log has the cause", cause);
      case PassResult.DeviceLost(Throwable cause) ->
          throw new ModelLoadException("the device was lost during warm-up", cause);
    }
  }

  private static void check(List<Sample> rows, ModelSpec spec) throws ModelLoadException {
    for (Sample row : rows) {
      if (!row.wellAnswered()) {
        throw new ModelLoadException("the model's output in warm-up is not finite");
      }
      Optional<String> flaw = row.answer().flatMap(it -> spec.task().flaw(row.input(), it));
      if (flaw.isPresent()) {
        throw new ModelLoadException(flaw.get());
      }
    }
  }

  private static Set<Shape> shapes(BatchPolicy policy, ModelSpec spec, int textLength) {
    int longest = Math.min(spec.maxTokens(), policy.maxTokens());
    int length = Math.clamp(policy.maxTokens() / policy.maxSize(), 1, longest);
    List<Shape> shapes = new ArrayList<>();
    shapes.add(new Shape(Math.clamp(policy.maxTokens() / length, 1, policy.maxSize()), length));
    shapes.add(new Shape(1, Math.min(textLength, longest)));
    int shortLength = Math.min(textLength, length);
    for (int rows = policy.maxSize() / 2; rows > 1; rows /= 2) {
      shapes.add(new Shape(Math.clamp(policy.maxTokens() / shortLength, 1, rows), shortLength));
    }
    return new LinkedHashSet<>(shapes);
  }

  private static ModelInput encode(LoadedModel model) throws ModelLoadException {
    try {
      return switch (model.encoder().encode(model.example(), CUT)) {
        case Encoder.Encoded.Row(ModelInput input) -> input;
        case Encoder.Encoded.Refused(Outcome.Invalid why) ->
            throw new ModelLoadException(
                "the model does not take its own example: " + why.message());
      };
    } catch (EncodingException failed) {
      throw new ModelLoadException("the tokenizer cannot encode plain English text", failed);
    }
  }

  /** The same tokens, repeated or cut to the length: every id is one that the model knows. */
  private static ModelInput stretch(ModelInput input, int length) {
    if (!(input instanceof Encoding text)) {
      return input;
    }
    long[] ids = new long[length];
    for (int i = 0; i < length; i++) {
      ids[i] = text.tokenIds()[i % text.length()];
    }
    return new Encoding(ids);
  }
}
