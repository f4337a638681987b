package io.ferry.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ferry.inference.Datatype;
import io.ferry.model.Activation;
import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.Pooling;
import io.ferry.model.Rerank;
import io.ferry.model.Signature;
import io.ferry.model.Task;
import io.ferry.model.TensorSpec;
import io.ferry.model.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Models of every task, without the models. */
public final class Specs {

  /** Two labels. */
  public static final ModelSpec CLASSIFIER =
      text("classifier", new Classify(List.of("a", "b"), Activation.SOFTMAX));

  /** 16 numbers, scaled. */
  public static final ModelSpec EMBEDDER =
      text("embedder", new Embed(Pooling.MEAN, List.of(), true, 16));

  /** 16 numbers a token. */
  public static final ModelSpec EMBEDDER_OF_TOKENS = text("tokens", new EmbedAll(16));

  /** Scores by a sigmoid. */
  public static final ModelSpec RERANKER = text("reranker", new Rerank(Activation.SIGMOID));

  private Specs() {}

  /** The model of this name. */
  public static ModelSpec named(String name) {
    return switch (name) {
      case "classifier" -> CLASSIFIER;
      case "embedder" -> EMBEDDER;
      case "tokens" -> EMBEDDER_OF_TOKENS;
      case "reranker" -> RERANKER;
      case "image" -> numbers(new TensorSpec("pixels", Datatype.UINT8, List.of(-1, 2, 2)));
      case "row" -> numbers(new TensorSpec("x", Datatype.FP32, List.of(-1, 3)));
      case "single" -> numbers(new TensorSpec("x", Datatype.INT64, List.of(-1)));
      case "two" ->
          numbers(
              new TensorSpec("left", Datatype.FP32, List.of(-1, -1)),
              new TensorSpec("right", Datatype.BOOL, List.of(-1, 1)));
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** A model without a tokenizer. */
  public static ModelSpec numbers(TensorSpec... inputs) {
    return of("numbers", new Tensors(), inputs);
  }

  /** A model of texts. */
  public static ModelSpec text(String name, Task task) {
    return of(name, task, new TensorSpec("input_ids", Datatype.INT64, List.of(-1, -1)));
  }

  private static ModelSpec of(String name, Task task, TensorSpec... inputs) {
    Signature signature = new Signature(List.of(inputs), List.of());
    return new ModelSpec(name, "1", "fake", "fp32", task, 512, signature);
  }

  /** Parses. */
  public static JsonNode json(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
