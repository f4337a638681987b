package io.ferry.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ferry.inference.Outcome;
import io.ferry.inference.Prediction;
import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.LabelScore;
import io.ferry.model.Rerank;
import io.ferry.model.Tensors;
import io.ferry.pipeline.InferenceReply.Answered;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The answer of {@code POST /process}: {@code {"model": …, "output": …}}.
 *
 * @param answered what the pipeline found
 * @param list whether a list was sent, so that the answer is one
 * @param options what was asked of the answer
 */
record ProcessAnswer(Answered answered, boolean list, ProcessOptions options) {

  private static final long DEFAULT_LABELS = 5;

  Response.ResponseBuilder response() {
    return Response.ok(Json.bytes(this::write), MediaType.APPLICATION_JSON_TYPE);
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("model", answered.model().name());
    json.writeFieldName("output");
    if (answered.model().task() instanceof Rerank rerank) {
      ranking(rerank, json);
    } else if (list) {
      json.writeStartArray();
      for (Outcome.Completed row : answered.rows()) {
        row(row.prediction(), json);
      }
      json.writeEndArray();
    } else {
      row(answered.rows().getFirst().prediction(), json);
    }
    json.writeEndObject();
  }

  private void row(Prediction prediction, JsonGenerator json) throws IOException {
    switch (answered.model().task()) {
      case Classify classify -> labels(classify.rank(prediction, most(DEFAULT_LABELS)), json);
      case Embed embed ->
          Json.write(
              options.dimensions().isPresent()
                  ? embed.vector(prediction, (int) options.dimensions().getAsLong())
                  : embed.vector(prediction),
              json);
      case EmbedAll embedAll -> {
        json.writeStartArray();
        for (float[] vector : embedAll.vectors(prediction)) {
          Json.write(vector, json);
        }
        json.writeEndArray();
      }
      case Rerank rerank -> throw new IllegalArgumentException("a ranking is of all rows");
      case Tensors() -> TensorJson.write(prediction.first(), json);
    }
  }

  private static void labels(List<LabelScore> labels, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (LabelScore label : labels) {
      json.writeStartObject();
      json.writeStringField("label", label.label());
      json.writeNumberField("score", label.score());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private record Ranked(int index, double score) {}

  /** Equal scores stay in the order of the request. */
  private void ranking(Rerank rerank, JsonGenerator json) throws IOException {
    List<Ranked> ranking =
        IntStream.range(0, answered.rows().size())
            .mapToObj(i -> new Ranked(i, rerank.score(answered.rows().get(i).prediction())))
            .sorted(Comparator.comparingDouble(Ranked::score).reversed())
            .limit(most(Integer.MAX_VALUE))
            .toList();
    json.writeStartArray();
    for (Ranked ranked : ranking) {
      json.writeStartObject();
      json.writeNumberField("index", ranked.index());
      json.writeNumberField("score", ranked.score());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private int most(long unlessAsked) {
    return (int) Math.min(Integer.MAX_VALUE, options.topK().orElse(unlessAsked));
  }
}
