package io.ferry.model;

import io.ferry.batching.Batch;
import io.ferry.batching.BatchPolicy;
import io.ferry.batching.Chore;
import io.ferry.batching.GuardedPass;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.batching.Sample;
import io.ferry.batching.Ticker;
import io.ferry.batching.WrongOutputException;
import io.ferry.inference.Encoding;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import io.ferry.model.WarmupShapes.Shape;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A model's first passes, which are slow: engines allocate, profile and compile then. Each shape
 * runs twice, because PyTorch's executor profiles in the first pass and optimises in the second.
 * Every lane runs them on its own thread, a pass at a time, so other models are served between.
 *
 * <p>While others serve, a batch that would hold them up for longer than {@link #PASS_LIMIT} is
 * made smaller, as judged by the passes before it.
 */
public final class Warmup {

  /** How long a pass may hold up models that serve. */
  public static final Duration PASS_LIMIT = Duration.ofMillis(20);

  private static final int RUNS_PER_SHAPE = 2;
  private static final EncodingOptions CUT =
      new EncodingOptions(Truncation.RIGHT, Optional.empty());

  private final LoadedModel model;
  private final ModelInput example;
  private final List<Shape> shapes;
  private final Duration budget;
  private final Ticker ticker;
  private final BooleanSupplier othersServe;
  private final AtomicInteger lanesLeft;
  private final CompletableFuture<Optional<ModelLoadException>> done = new CompletableFuture<>();

  /**
   * A warm-up that is to begin.
   *
   * @param othersServe whether other models serve on the device now
   * @throws ModelLoadException if the model does not even take its own example
   */
  public Warmup(
      LoadedModel model,
      BatchPolicy policy,
      WarmupPlan plan,
      Ticker ticker,
      BooleanSupplier othersServe)
      throws ModelLoadException {
    this.model = model;
    this.example = encode(model);
    this.shapes = WarmupShapes.of(plan, policy, example.length(), mostTokens(model));
    this.budget = plan.budget();
    this.ticker = ticker;
    this.othersServe = othersServe;
    this.lanesLeft = new AtomicInteger(model.lanes().size());
  }

  /** A row that the model takes. */
  public ModelInput example() {
    return example;
  }

  /** The passes of each lane. */
  public List<Chore> lanes() {
    return model.lanes().stream().<Chore>map(LanePasses::new).toList();
  }

  /** Completes when every lane is warm, with nothing; or with why the model cannot serve. */
  public CompletableFuture<Optional<ModelLoadException>> done() {
    return done;
  }

  private int mostTokens(LoadedModel loaded) {
    return example instanceof Encoding ? loaded.spec().maxTokens() : 1;
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

  private void laneIsWarm() {
    if (lanesLeft.decrementAndGet() == 0) {
      done.complete(Optional.empty());
    }
  }

  /** The passes of one lane; belongs to its thread. */
  private final class LanePasses implements Chore {

    private final ModelInstance instance;
    private final Iterator<Shape> passes =
        shapes.stream()
            .flatMap(shape -> Stream.generate(() -> shape).limit(RUNS_PER_SHAPE))
            .iterator();
    private long spentNanos;
    private Shape last = new Shape(1, 1);
    private long lastNanos;

    LanePasses(ModelInstance instance) {
      this.instance = instance;
    }

    @Override
    public Next step(Heartbeat heartbeat) {
      if (done.isDone()) {
        return new Next.Done();
      }
      long start = ticker.nanos();
      PassResult result;
      try {
        result = pass(fitted(passes.next()), heartbeat);
      } catch (ModelLoadException failed) {
        done.complete(Optional.of(failed));
        return new Next.Done();
      } catch (RuntimeException | Error bug) {
        done.complete(
            Optional.of(new ModelLoadException("the warm-up failed; the log has why", bug)));
        return new Next.Done();
      }
      lastNanos = ticker.nanos() - start;
      spentNanos += lastNanos;
      if (result instanceof PassResult.DeviceLost(Throwable cause)) {
        done.complete(
            Optional.of(new ModelLoadException("the device was lost during warm-up", cause)));
        return new Next.DeviceLost();
      }
      if (passes.hasNext() && spentNanos <= budget.toNanos()) {
        return new Next.Again(ticker.nanos());
      }
      laneIsWarm();
      return new Next.Done();
    }

    /** The shape itself, or with so few rows that others are not held up for long. */
    private Shape fitted(Shape shape) {
      int rows = shape.rows();
      if (othersServe.getAsBoolean()) {
        double nanosPerToken = (double) lastNanos / last.tokens();
        while (rows > 1 && nanosPerToken * rows * shape.length() > PASS_LIMIT.toNanos()) {
          rows /= 2;
        }
      }
      last = new Shape(rows, shape.length());
      return last;
    }

    private PassResult pass(Shape shape, Heartbeat heartbeat) throws ModelLoadException {
      ModelInput row = stretch(example, shape.length());
      List<Sample> rows = Stream.generate(() -> new Sample(row)).limit(shape.rows()).toList();
      PassResult result = GuardedPass.run(instance, new Batch(rows), heartbeat);
      switch (result) {
        case PassResult.Done() -> check(rows);
        case PassResult.OutOfMemory(Throwable cause) -> {
          if (shape.rows() == 1) {
            throw new ModelLoadException(
                "the device has too little memory for a single row", cause);
          }
          // A smaller batch may fit; serving finds out which.
        }
        case PassResult.Faulted(Throwable cause) ->
            throw new ModelLoadException(why(shape, cause), cause);
        case PassResult.DeviceLost lost -> {}
      }
      return result;
    }

    private String why(Shape shape, Throwable cause) {
      if (cause instanceof WrongOutputException wrong) {
        return wrong.reason();
      }
      String hint = shape.rows() > 1 ? ", was it exported with a fixed batch size?" : "";
      return example instanceof Encoding
          ? "the model fails its warm-up with %d rows of %d tokens; the log has the cause%s"
              .formatted(shape.rows(), shape.length(), hint)
          : "the model fails its warm-up with %d rows of zeros; the log has the cause%s%s"
              .formatted(shape.rows(), hint, exampleHint());
    }

    /** Where a length varies, a model may not take the one that was made up. */
    private String exampleHint() {
      return model.spec().signature().inputs().stream().anyMatch(it -> it.rowShape().contains(-1))
          ? ". Where a length varies, \"example\" in signature.json says which it takes"
          : "";
    }

    private void check(List<Sample> rows) throws ModelLoadException {
      for (Sample row : rows) {
        if (!row.wellAnswered()) {
          throw new ModelLoadException(
              "the model's output in warm-up is not finite; its weights are broken or its precision is too low: export it anew, in fp32");
        }
        Optional<String> flaw =
            row.answer().flatMap(it -> model.spec().task().flaw(row.input(), it));
        if (flaw.isPresent()) {
          throw new ModelLoadException(flaw.get());
        }
      }
    }
  }

  /** The same tokens, repeated or cut to the length: every id is one that the model knows. */
  private static ModelInput stretch(ModelInput input, int length) {
    if (!(input instanceof Encoding(long[] tokenIds, long[] typeIds))) {
      return input;
    }
    long[] ids = new long[length];
    long[] types = new long[length];
    for (int i = 0; i < length; i++) {
      ids[i] = tokenIds[i % tokenIds.length];
      types[i] = typeIds[i % typeIds.length];
    }
    return new Encoding(ids, types);
  }
}
