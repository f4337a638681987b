package io.ferry.rest.embeddings;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ferry.model.Classify;
import io.ferry.model.Deployment;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.Pooling;
import io.ferry.model.Rerank;
import io.ferry.model.Tensors;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Json;
import java.io.IOException;
import java.util.List;

/**
 * {@code GET /info}: what TEI says of its model, where Ferry knows the same.
 *
 * @param model what serves
 * @param deployment its limits
 * @param server what serves it
 */
record ModelInfo(ModelSpec model, Deployment deployment, ServerFacts server) {

  /**
   * The page.
   *
   * @throws UnfitException if the model is of no kind that TEI knows
   */
  Json.Writing page() throws UnfitException {
    if (model.task() instanceof Tensors) {
      throw TextCall.otherTask(model, "/info describes models that read texts");
    }
    return this::write;
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("model_id", model.name());
    json.writeNullField("model_sha");
    json.writeStringField("model_dtype", dtype(model.precision()));
    json.writeStringField("served_model_name", model.name());
    json.writeObjectFieldStart("model_type");
    type(json);
    json.writeEndObject();
    json.writeNumberField("max_concurrent_requests", deployment.policy().queueCapacity());
    json.writeNumberField("max_input_length", model.maxTokens());
    json.writeNumberField("max_batch_tokens", deployment.policy().maxTokens());
    json.writeNumberField("max_batch_requests", deployment.policy().maxSize());
    json.writeNumberField("max_client_batch_size", deployment.limits().maxRows());
    json.writeBooleanField("auto_truncate", false);
    json.writeNumberField("tokenization_workers", server.tokenizersAtOnce());
    json.writeStringField("version", server.version());
    json.writeNullField("sha");
    json.writeNullField("docker_label");
    json.writeEndObject();
  }

  private static String dtype(String precision) {
    return switch (precision) {
      case "fp32" -> "float32";
      case "fp16" -> "float16";
      case "bf16" -> "bfloat16";
      default -> precision;
    };
  }

  private void type(JsonGenerator json) throws IOException {
    switch (model.task()) {
      case Embed embed -> pooling(pooling(embed.pooling()), json);
      case EmbedAll embedAll -> pooling("none", json);
      case Classify classify -> labels("classifier", classify.labels(), json);
      // The label of a model that has one, as transformers names it; scores do not carry it.
      case Rerank rerank -> labels("reranker", List.of("LABEL_0"), json);
      case Tensors() -> throw new IllegalArgumentException("there is no page; this is a bug");
    }
  }

  private static String pooling(Pooling pooling) {
    return switch (pooling) {
      case CLS -> "cls";
      case MEAN -> "mean";
      case MAX -> "max";
      case LAST -> "last_token";
    };
  }

  private static void pooling(String name, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("embedding");
    json.writeStringField("pooling", name);
    json.writeEndObject();
  }

  private static void labels(String kind, List<String> labels, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(kind);
    json.writeObjectFieldStart("id2label");
    for (int i = 0; i < labels.size(); i++) {
      json.writeStringField(Integer.toString(i), labels.get(i));
    }
    json.writeEndObject();
    json.writeObjectFieldStart("label2id");
    for (int i = 0; i < labels.size(); i++) {
      json.writeNumberField(labels.get(i), i);
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
