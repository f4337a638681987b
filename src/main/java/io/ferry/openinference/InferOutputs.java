package io.ferry.openinference;

import static io.ferry.openinference.ModelMetadata.ATTENTION_MASK;
import static io.ferry.openinference.ModelMetadata.EMBEDDING;
import static io.ferry.openinference.ModelMetadata.LABEL;
import static io.ferry.openinference.ModelMetadata.LOGITS;
import static io.ferry.openinference.ModelMetadata.SCORE;
import static io.ferry.openinference.ModelMetadata.TOKEN_EMBEDDINGS;

import io.ferry.inference.AnswerSize;
import io.ferry.inference.Outcome;
import io.ferry.inference.Prediction;
import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.Rerank;
import io.ferry.model.Tensors;
import io.ferry.openinference.InferRequest.RequestedOutput;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;

/** What a model gave, as the outputs that {@link ModelMetadata} describes. */
public final class InferOutputs {

  private final ModelSpec model;
  private final List<Prediction> rows;

  private InferOutputs(ModelSpec model, List<Prediction> rows) {
    this.model = model;
    this.rows = rows;
  }

  /** Refuses outputs that the model has not; before it runs, where that is known. */
  static void check(List<RequestedOutput> requested, ModelSpec model) throws UnfitException {
    List<String> names = names(model);
    Set<String> seen = new HashSet<>();
    for (RequestedOutput output : requested) {
      if (!names.isEmpty() && !names.contains(output.name())) {
        throw noSuch(output.name(), names, model);
      }
      if (!seen.add(output.name())) {
        throw new UnfitException(
            "output \"%s\" is asked for twice".formatted(Quotation.clip(output.name())));
      }
    }
  }

  /**
   * What the answer to a request takes.
   *
   * @param written what a number of an output takes in the answer, by the output's name
   */
  public static AnswerSize size(
      InferRequest request, ModelSpec model, ToIntFunction<String> written) {
    boolean vectors =
        request.outputs().isEmpty()
            || request.outputs().stream().anyMatch(it -> it.name().equals(TOKEN_EMBEDDINGS));
    return vectors && model.task() instanceof EmbedAll(int dimensions)
        // As the model gave it, as one tensor of all rows, and as it is sent.
        ? new AnswerSize(
            (long) dimensions * (2 * Float.BYTES + written.applyAsInt(TOKEN_EMBEDDINGS)), true)
        : AnswerSize.SMALL;
  }

  private static List<String> names(ModelSpec model) {
    return ModelMetadata.of(model).outputs().stream().map(TensorMetadata::name).toList();
  }

  private static UnfitException noSuch(String name, List<String> names, ModelSpec model) {
    return new UnfitException(
        "model \"%s\" has no output \"%s\"; it has %s"
            .formatted(model.name(), Quotation.clip(name), String.join(", ", names)));
  }

  /**
   * The answer to a request: the outputs asked for, or all, each with the rows along its first
   * axis.
   *
   * @throws UnfitException if an output is asked for that there is not, or cannot be one tensor
   */
  public static InferResponse of(InferRequest request, Answered answered) throws UnfitException {
    ModelSpec model = answered.model();
    InferOutputs given =
        new InferOutputs(
            model, answered.rows().stream().map(Outcome.Completed::prediction).toList());
    List<String> names = given.names();
    List<RequestedOutput> requested =
        request.outputs().isEmpty()
            ? names.stream().map(it -> new RequestedOutput(it, 0)).toList()
            : request.outputs();
    List<WireTensor> outputs = new ArrayList<>(requested.size());
    for (RequestedOutput output : requested) {
      int index = names.indexOf(output.name());
      if (index < 0) {
        throw noSuch(output.name(), names, model);
      }
      WireTensor tensor = given.output(output.name(), index);
      outputs.add(
          output.classes() == 0
              ? tensor
              : Classification.of(tensor, output.classes(), given.labels(output.name())));
    }
    return new InferResponse(model.name(), model.version(), request.id(), outputs);
  }

  /** A model's file may not tell its outputs, or not all; those go by their place. */
  private List<String> names() {
    List<String> names = new ArrayList<>(names(model));
    if (model.task() instanceof Tensors) {
      int given = rows.getFirst().outputs().size();
      while (names.size() < given) {
        names.add("output_" + names.size());
      }
      return names.subList(0, given);
    }
    return names;
  }

  private List<String> labels(String output) {
    return model.task() instanceof Classify classify && output.equals(LOGITS)
        ? classify.labels()
        : List.of();
  }

  private WireTensor output(String name, int index) throws UnfitException {
    return switch (model.task()) {
      case Classify classify ->
          switch (name) {
            case LOGITS -> Stacking.vectors(name, rows, Prediction::values);
            case LABEL -> Stacking.texts(name, rows, row -> best(classify, row));
            case SCORE ->
                Stacking.numbers(name, rows, row -> classify.rank(row, 1).getFirst().score());
            default -> throw unknown(name);
          };
      case Embed embed ->
          switch (name) {
            case EMBEDDING -> Stacking.vectors(name, rows, embed::vector);
            default -> throw unknown(name);
          };
      case EmbedAll embedAll ->
          switch (name) {
            case TOKEN_EMBEDDINGS -> Stacking.padded(name, rows);
            case ATTENTION_MASK -> Stacking.mask(name, rows);
            default -> throw unknown(name);
          };
      case Rerank rerank ->
          switch (name) {
            case LOGITS -> Stacking.vectors(name, rows, Prediction::values);
            case SCORE -> Stacking.numbers(name, rows, rerank::score);
            default -> throw unknown(name);
          };
      case Tensors() ->
          Stacking.tensors(name, rows.stream().map(row -> row.outputs().get(index)).toList());
    };
  }

  private static byte[] best(Classify classify, Prediction row) {
    return classify.rank(row, 1).getFirst().label().getBytes(StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException("no such output, which was checked before: " + name);
  }
}
