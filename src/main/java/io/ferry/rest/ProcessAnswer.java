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

/**
 * The answer of {@code POST /process}: {@code {"model": …, "output": …}}.
 *
 * @param answered what the pipeline found
 * @param request what was asked: one or a list, and how many labels
 */
record ProcessAnswer(Answered answered, ProcessRequest request) {

  private static final long DEFAULT_TOP_K = 5;

  Response response() {
    Response.ResponseBuilder response =
        Response.ok(Json.bytes(this::write), MediaType.APPLICATION_JSON_TYPE);
    TimingHeaders.add(response, answered);
    return response.build();
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("model", answered.model().name());
    json.writeFieldName("output");
    if (request.list()) {
      json.writeStartArray();
      for (Outcome.Completed row : answered.rows()) {
        write(json, row.prediction());
      }
      json.writeEndArray();
    } else {
      write(json, answered.rows().getFirst().prediction());
    }
    json.writeEndObject();
  }

  private void write(JsonGenerator json, Prediction prediction) throws IOException {
    json.writeStartArray();
    switch (answered.model().task()) {
      case Classify classify -> {
        int topK = (int) Math.min(Integer.MAX_VALUE, request.topK().orElse(DEFAULT_TOP_K));
        for (LabelScore label : classify.rank(prediction, topK)) {
          json.writeStartObject();
          json.writeStringField("label", label.label());
          json.writeNumberField("score", label.score());
          json.writeEndObject();
        }
      }
      case Embed embed -> throw new UnsupportedOperationException();
      case EmbedAll embedAll -> throw new UnsupportedOperationException();
      case Rerank rerank -> throw new UnsupportedOperationException();
      case Tensors() -> {
        for (float value : prediction.values()) {
          json.writeNumber(value);
        }
      }
    }
    json.writeEndArray();
  }
}
