package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ferry.model.ServedModel;
import io.ferry.openinference.ModelStatistics;
import io.ferry.openinference.ModelStatistics.Sum;
import io.ferry.openinference.Statistics;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Writes what models have done, in the shape of Triton's statistics extension. What Ferry has not
 * (a cache), or does not measure apart (reading outputs back, which is in compute_infer), is 0.
 */
final class StatisticsJson {

  private static final Sum NONE = new Sum(0, 0);

  private StatisticsJson() {}

  static void write(List<ServedModel> models, Statistics statistics, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("model_stats");
    for (ServedModel model : models) {
      write(model, statistics.of(model.name()), json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(ServedModel model, ModelStatistics done, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", model.name());
    json.writeStringField("version", model.current().version());
    json.writeNumberField("last_inference", done.lastInference());
    json.writeNumberField("inference_count", done.inferences());
    json.writeNumberField("execution_count", done.executions());
    json.writeObjectFieldStart("inference_stats");
    sum("success", done.success(), json);
    sum("fail", done.fail(), json);
    sum("queue", done.queue(), json);
    sum("compute_input", done.computeInput(), json);
    sum("compute_infer", done.computeInfer(), json);
    sum("compute_output", NONE, json);
    sum("cache_hit", NONE, json);
    sum("cache_miss", NONE, json);
    json.writeEndObject();
    json.writeArrayFieldStart("batch_stats");
    for (Map.Entry<Integer, Sum> batch : done.batches().entrySet()) {
      json.writeStartObject();
      json.writeNumberField("batch_size", batch.getKey());
      sum("compute_input", NONE, json);
      sum("compute_infer", batch.getValue(), json);
      sum("compute_output", NONE, json);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void sum(String field, Sum sum, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("count", sum.count());
    json.writeNumberField("ns", sum.nanos());
    json.writeEndObject();
  }
}
