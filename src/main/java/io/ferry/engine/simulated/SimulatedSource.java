package io.ferry.engine.simulated;

import io.ferry.batching.SystemTime;
import io.ferry.inference.Datatype;
import io.ferry.inference.Encoding;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome;
import io.ferry.inference.Tensor;
import io.ferry.model.Encoder.Encoded;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelSource;
import io.ferry.model.ModelSpec;
import io.ferry.model.Signature;
import io.ferry.model.TensorSpec;
import io.ferry.model.Tensors;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The one model of {@code ferry.device=simulated}: a token is a character (a Unicode code point),
 * and the output is their number.
 */
public final class SimulatedSource implements ModelSource {

  /** The name of that model. */
  public static final String NAME = "simulated";

  private static final Signature SIGNATURE =
      new Signature(
          List.of(new TensorSpec("input_ids", Datatype.INT64, List.of(-1, -1))),
          List.of(new TensorSpec("characters", Datatype.FP32, List.of(-1, 1))));

  private final SimulatedCost cost;
  private final SystemTime time;

  /** A model with these costs. */
  public SimulatedSource(SimulatedCost cost, SystemTime time) {
    this.cost = cost;
    this.time = time;
  }

  @Override
  public List<Available> list() {
    return List.of(new Available(NAME, List.of(new Version("1", 0)), Optional.empty()));
  }

  @Override
  public LoadedModel load(String name, String version) {
    return new LoadedModel(
        new ModelSpec(
            name, version, "simulated", "fp32", new Tensors(), Integer.MAX_VALUE, SIGNATURE),
        (input, options) -> encode(input),
        List.of(new SimulatedInstance(cost, time, time::punctualParkerOfCurrentThread)),
        new Input.Text("Ferry"));
  }

  private static Encoded encode(Input input) {
    return switch (input) {
      case Input.Text(String text) ->
          new Encoded.Row(new Encoding(text.codePoints().asLongStream().toArray()));
      case Input.Pair pair -> refused();
      case Input.TokenizedText ids -> refused();
      case Input.TokenRow row -> refused();
      case Input.Tensors(List<Input.Named> tensors) ->
          // Of the signature's only input.
          tensors.size() == 1 ? tokens(tensors.getFirst().tensor()) : refused();
    };
  }

  private static Encoded tokens(Tensor ids) {
    if (ids.datatype() != Datatype.INT64 || ids.shape().length != 1 || ids.elements() == 0) {
      return refused();
    }
    return new Encoded.Row(
        new Encoding(IntStream.range(0, ids.elements()).mapToLong(ids::whole).toArray()));
  }

  private static Encoded refused() {
    return new Encoded.Refused(
        new Outcome.Invalid(Outcome.Flaw.VALIDATION, "this model takes texts, or rows of tokens"));
  }
}
