package io.ferry.rest;

import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.Rerank;
import io.ferry.model.TensorSpec;
import io.ferry.model.Tensors;
import java.util.List;
import java.util.stream.Collectors;

/** Tells a caller what a model does and what {@code /process} takes for it. */
public final class TaskForm {

  private TaskForm() {}

  /** Such as {@code model "x" is a reranker}. */
  public static String does(ModelSpec model) {
    return "model \"%s\" %s"
        .formatted(
            model.name(),
            switch (model.task()) {
              case Classify classify -> "classifies texts";
              case Embed embed -> "makes one vector of a text";
              case EmbedAll embedAll -> "makes a vector of each token of a text";
              case Rerank rerank -> "is a reranker";
              case Tensors() -> "takes numbers and gives numbers";
            });
  }

  /** The same, and what to send. */
  static String takes(ModelSpec model) {
    return does(model)
        + "; send "
        + switch (model.task()) {
          case Classify classify ->
              "{\"input\": \"text\"}, {\"input\": {\"text\": \"…\", \"text_pair\": \"…\"}} or a"
                  + " list of either";
          case Embed embed -> "{\"input\": \"text\"} or a list of texts";
          case EmbedAll embedAll -> "{\"input\": \"text\"} or a list of texts";
          case Rerank rerank -> "{\"input\": {\"query\": \"…\", \"texts\": [\"…\"]}}";
          case Tensors() -> tensors(model.signature().inputs());
        };
  }

  private static String tensors(List<TensorSpec> inputs) {
    return inputs.size() == 1
        ? "{\"input\": …} with nested lists of the shape " + inputs.getFirst().rowShape()
        : inputs.stream()
            .map(input -> "\"%s\": %s".formatted(input.name(), input.rowShape()))
            .collect(
                Collectors.joining(", ", "{\"input\": {", "}} with nested lists of these shapes"));
  }
}
