package io.ferry.openinference;

import static io.ferry.openinference.WireTensor.BYTES;

import io.ferry.inference.Datatype;
import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.Rerank;
import io.ferry.model.Tensors;
import java.util.List;

/**
 * A model as the protocol describes it. A model with a tokenizer takes texts, whatever its file
 * takes; listed is what a client that knows nothing of the model should send. {@link InferRows} has
 * what else it takes.
 *
 * @param name the name that requests use
 * @param versions those that requests can ask for
 * @param platform the engine and its format, such as {@code pytorch_torchscript}
 * @param inputs in the order in which the model takes them
 * @param outputs in the order of an answer; empty where nobody knows before the model has answered
 */
public record ModelMetadata(
    String name,
    List<String> versions,
    String platform,
    List<TensorMetadata> inputs,
    List<TensorMetadata> outputs) {

  static final String TEXT = "text";
  static final String TEXT_PAIR = "text_pair";
  static final String QUERY = "query";
  static final String INPUT_IDS = "input_ids";
  static final String ATTENTION_MASK = "attention_mask";
  static final String TOKEN_TYPE_IDS = "token_type_ids";

  static final String EMBEDDING = "embedding";
  static final String TOKEN_EMBEDDINGS = "token_embeddings";
  static final String LOGITS = "logits";
  static final String LABEL = "label";
  static final String SCORE = "score";

  private static final List<TensorMetadata> TEXTS =
      List.of(new TensorMetadata(TEXT, BYTES, List.of(-1)));
  private static final List<TensorMetadata> QUERIES_AND_TEXTS =
      List.of(
          new TensorMetadata(QUERY, BYTES, List.of(-1)),
          new TensorMetadata(TEXT, BYTES, List.of(-1)));

  /** Copies the lists. */
  public ModelMetadata {
    versions = List.copyOf(versions);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** The description of a model that serves. */
  public static ModelMetadata of(ModelSpec model) {
    return switch (model.task()) {
      case Classify(List<String> labels, var activation) ->
          of(
              model,
              TEXTS,
              List.of(
                  numbers(LOGITS, Datatype.FP32, -1, labels.size()),
                  new TensorMetadata(LABEL, BYTES, List.of(-1)),
                  numbers(SCORE, Datatype.FP32, -1)));
      case Embed embed ->
          of(model, TEXTS, List.of(numbers(EMBEDDING, Datatype.FP32, -1, embed.dimensions())));
      case EmbedAll(int dimensions) ->
          of(
              model,
              TEXTS,
              List.of(
                  numbers(TOKEN_EMBEDDINGS, Datatype.FP32, -1, -1, dimensions),
                  numbers(ATTENTION_MASK, Datatype.INT64, -1, -1)));
      case Rerank rerank ->
          of(
              model,
              QUERIES_AND_TEXTS,
              List.of(numbers(LOGITS, Datatype.FP32, -1, 1), numbers(SCORE, Datatype.FP32, -1)));
      case Tensors() ->
          of(
              model,
              model.signature().inputs().stream().map(TensorMetadata::of).toList(),
              model.signature().outputs().stream().map(TensorMetadata::of).toList());
    };
  }

  private static ModelMetadata of(
      ModelSpec model, List<TensorMetadata> inputs, List<TensorMetadata> outputs) {
    return new ModelMetadata(
        model.name(), List.of(model.version()), model.platform(), inputs, outputs);
  }

  private static TensorMetadata numbers(String name, Datatype datatype, Integer... shape) {
    return new TensorMetadata(name, datatype.name(), List.of(shape));
  }
}
