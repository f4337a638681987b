package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ferry.batching.BatchPolicy;
import io.ferry.model.RequestLimits;
import io.ferry.openinference.ModelMetadata;
import io.ferry.openinference.TensorMetadata;
import io.ferry.openinference.WireTensor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Writes what there is to know of a model before it is asked. */
record ModelJson(ModelMetadata model) {

  private static final int TRITONS_FIRST_PRIORITY = 1;

  /** As the protocol has it. */
  void metadata(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", model.name());
    json.writeArrayFieldStart("versions");
    for (String version : model.versions()) {
      json.writeString(version);
    }
    json.writeEndArray();
    json.writeStringField("platform", model.platform());
    tensors("inputs", model.inputs(), json);
    tensors("outputs", model.outputs(), json);
    json.writeEndObject();
  }

  private static void tensors(String field, List<TensorMetadata> tensors, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (TensorMetadata tensor : tensors) {
      json.writeStartObject();
      json.writeStringField("name", tensor.name());
      json.writeStringField("datatype", tensor.datatype());
      lengths("shape", tensor.shape(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void lengths(String field, List<Integer> lengths, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (int length : lengths) {
      json.writeNumber(length);
    }
    json.writeEndArray();
  }

  /** In the form of Triton's model configuration, as far as it says something of Ferry. */
  void config(BatchPolicy policy, RequestLimits limits, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", model.name());
    json.writeStringField("platform", model.platform());
    json.writeObjectFieldStart("version_policy");
    json.writeObjectFieldStart("latest");
    json.writeNumberField("num_versions", 1);
    json.writeEndObject();
    json.writeEndObject();
    json.writeNumberField("max_batch_size", policy.maxSize());
    rows("input", model.inputs(), json);
    rows("output", model.outputs(), json);
    json.writeObjectFieldStart("dynamic_batching");
    json.writeNumberField(
        "max_queue_delay_microseconds",
        TimeUnit.NANOSECONDS.toMicros(policy.maxWait().atMost().toNanos()));
    // One level for each of Ferry's priorities; 1 is the most urgent.
    json.writeNumberField("priority_levels", BatchPolicy.MAX_PRIORITY + 1);
    json.writeNumberField(
        "default_priority_level",
        BatchPolicy.MAX_PRIORITY - BatchPolicy.DEFAULT_PRIORITY + TRITONS_FIRST_PRIORITY);
    json.writeObjectFieldStart("default_queue_policy");
    json.writeStringField("timeout_action", "REJECT");
    json.writeNumberField(
        "default_timeout_microseconds", TimeUnit.NANOSECONDS.toMicros(limits.timeout().toNanos()));
    json.writeBooleanField("allow_timeout_override", true);
    json.writeNumberField("max_queue_size", policy.queueCapacity());
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Without the batch axis, which max_batch_size stands for. */
  private static void rows(String field, List<TensorMetadata> tensors, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (TensorMetadata tensor : tensors) {
      json.writeStartObject();
      json.writeStringField("name", tensor.name());
      json.writeStringField(
          "data_type",
          tensor.datatype().equals(WireTensor.BYTES) ? "TYPE_STRING" : "TYPE_" + tensor.datatype());
      lengths("dims", tensor.shape().subList(1, tensor.shape().size()), json);
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
