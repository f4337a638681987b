package io.ferry.openinference;

import io.ferry.inference.Datatype;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome;
import io.ferry.inference.Prediction;
import io.ferry.inference.Tensor;
import io.ferry.inference.Timings;
import io.ferry.model.Activation;
import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.Pooling;
import io.ferry.model.RequestLimits;
import io.ferry.model.Rerank;
import io.ferry.model.Signature;
import io.ferry.model.Task;
import io.ferry.model.TensorSpec;
import io.ferry.model.Tensors;
import io.ferry.pipeline.InferenceReply.Answered;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Models of every task, with answers that show what they were asked. */
public final class Models {

  public static final List<String> LABELS = List.of("a", "b", "c");

  /** What a request may ask of each. */
  public static final RequestLimits LIMITS = new RequestLimits(256, 1000, Duration.ofSeconds(1));

  private static final Pattern TENSOR = Pattern.compile("(\\S+) (\\w+) \\[([^\\]]*)\\]");

  private Models() {}

  /**
   * A model.
   *
   * @param name of a text model, or the inputs of one that answers with its inputs, such as {@code
   *     x FP32 [-1,4]; y INT64 [-1]}
   */
  public static ModelSpec named(String name) {
    return switch (name) {
      case "classifier" -> text(name, new Classify(LABELS, Activation.NONE));
      case "embedder" -> text(name, new Embed(Pooling.MEAN, List.of(), false, 2));
      case "tokens" -> text(name, new EmbedAll(2));
      case "reranker" -> text(name, new Rerank(Activation.NONE));
      default -> {
        List<TensorSpec> tensors = tensors(name);
        yield of("echo", new Tensors(), new Signature(tensors, tensors));
      }
    };
  }

  /** A model whose file does not tell its outputs. */
  public static ModelSpec withoutOutputs(String inputs) {
    return of("untold", new Tensors(), new Signature(tensors(inputs), List.of()));
  }

  private static List<TensorSpec> tensors(String inputs) {
    return TENSOR.matcher(inputs).results().map(Models::tensor).toList();
  }

  private static TensorSpec tensor(MatchResult tensor) {
    return new TensorSpec(
        tensor.group(1),
        Datatype.valueOf(tensor.group(2)),
        Arrays.stream(tensor.group(3).split(",", -1))
            .map(it -> Integer.valueOf(it.strip()))
            .toList());
  }

  private static ModelSpec text(String name, Task task) {
    return of(
        name,
        task,
        new Signature(
            List.of(new TensorSpec("input_ids", Datatype.INT64, List.of(-1, -1))), List.of()));
  }

  private static ModelSpec of(String name, Task task, Signature signature) {
    return new ModelSpec(name, "3", "fake", "fp32", task, 512, signature);
  }

  /** What a model says to rows. */
  public static Answered answer(ModelSpec model, List<Input> rows) {
    return new Answered(
        model,
        rows.stream()
            .map(row -> new Outcome.Completed(answer(model, row), new Timings(1, 2, rows.size())))
            .toList(),
        rows.size(),
        1,
        3);
  }

  private static Prediction answer(ModelSpec model, Input row) {
    return switch (row) {
      case Input.Tensors(List<Input.Named> tensors) ->
          new Prediction(tensors.stream().map(Input.Named::tensor).toList());
      case Input.Text(String text) when model.task() instanceof EmbedAll ->
          vectors(text.codePoints().asLongStream().toArray());
      case Input.TokenRow(long[] ids, long[] types) when model.task() instanceof EmbedAll ->
          vectors(ids);
      case Input.Text(String text) -> vector(model, text.length(), text.codePointAt(0));
      case Input.Pair(String first, String second) ->
          vector(model, first.length() * 10 + second.length(), -1);
      case Input.TokenRow(long[] ids, long[] types) ->
          vector(
              model,
              ids.length,
              (float) (Arrays.stream(ids).sum() + 100 * Arrays.stream(types).sum()));
      case Input.TokenizedText other -> throw new IllegalArgumentException("not of this protocol");
    };
  }

  /** So many numbers as the task needs. */
  private static Prediction vector(ModelSpec model, float first, float second) {
    return switch (model.task()) {
      case Classify classify -> Prediction.of(first, second, 0.5f);
      case Rerank rerank -> Prediction.of(first);
      default -> Prediction.of(first, second);
    };
  }

  /** For each token its id and its place. */
  private static Prediction vectors(long[] ids) {
    ByteBuffer data = ByteBuffer.allocate(ids.length * 8).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < ids.length; i++) {
      data.putFloat((float) ids[i]).putFloat(i);
    }
    return new Prediction(
        List.of(new Tensor(Datatype.FP32, new int[] {ids.length, 2}, data.flip())));
  }

  /** Texts as the protocol carries them. */
  public static WireTensor texts(String name, int[] shape, String... texts) {
    List<byte[]> values = new ArrayList<>();
    for (String text : texts) {
      values.add(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return new WireTensor.Bytes(name, shape, values);
  }
}
