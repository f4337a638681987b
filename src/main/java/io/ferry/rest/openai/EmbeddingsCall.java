package io.ferry.rest.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.Embed;
import io.ferry.model.ModelSpec;
import io.ferry.model.RequestLimits;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Dimensions;
import io.ferry.rest.InferenceCall;
import io.ferry.rest.Json;
import io.ferry.rest.JsonBody;
import io.ferry.rest.OptionalField;
import io.ferry.rest.TaskForm;
import io.ferry.rest.TextInputs;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * One request to {@code POST /v1/embeddings}, by the description of OpenAI's API. Vectors have
 * length 1, as OpenAI's have: its clients take the dot product for the cosine.
 *
 * @param input {@code input}
 * @param model {@code model}; where it is missing, the default
 * @param base64 {@code encoding_format}: whether vectors are written as base64, not as numbers
 * @param dimensions {@code dimensions}: so many numbers of each vector
 */
record EmbeddingsCall(TextInputs input, ModelChoice model, boolean base64, OptionalLong dimensions)
    implements InferenceCall {

  private static final String INPUT = "input";
  private static final String MODEL = "model";
  private static final String FORMAT = "encoding_format";
  private static final String USER = "user";

  private static final List<String> FIELDS = List.of(INPUT, MODEL, FORMAT, Dimensions.FIELD, USER);

  /** Of OpenAI's own description; {@code ferry.limits.max-rows} may be less. */
  private static final int MOST_ROWS = 2048;

  /**
   * Reads the body. {@code user}, by which OpenAI tells abusers apart, is taken and has no effect.
   *
   * @throws MalformedException if it cannot be understood
   * @throws UnfitException if it has more rows than OpenAI takes, or another format
   */
  static EmbeddingsCall parse(byte[] body) throws MalformedException, UnfitException {
    JsonNode root = JsonBody.object(body, "{\"model\": \"a-model\", \"input\": \"text\"}", FIELDS);
    OptionalField.text(root, USER);
    TextInputs input = TextInputs.read(root, INPUT);
    if (input.rows().size() > MOST_ROWS) {
      throw new UnfitException(
          Flaw.VALIDATION,
          INPUT,
          "\"input\" has %d rows, at most %d are allowed in one request"
              .formatted(input.rows().size(), MOST_ROWS));
    }
    return new EmbeddingsCall(
        input,
        ModelChoice.of(OptionalField.text(root, MODEL)),
        base64(OptionalField.text(root, FORMAT).orElse("float")),
        OptionalField.whole(root, Dimensions.FIELD));
  }

  private static boolean base64(String format) throws UnfitException {
    return switch (format) {
      case "float" -> false;
      case "base64" -> true;
      default ->
          throw new UnfitException(
              Flaw.VALIDATION,
              FORMAT,
              "\"encoding_format\" is \"%s\", allowed are \"float\" and \"base64\""
                  .formatted(Quotation.clip(format)));
    };
  }

  /** What is too long is refused, as OpenAI does: its API has no word for cutting it. */
  @Override
  public Rows rows(ModelSpec spec, RequestLimits limits) throws UnfitException {
    if (!(spec.task() instanceof Embed embed)) {
      throw new UnfitException(
          Flaw.TASK,
          MODEL,
          TaskForm.does(spec) + "; embeddings need one that makes one vector of a text");
    }
    Dimensions.of(dimensions, embed);
    return new Rows(input.rows(), EncodingOptions.DEFAULT, input.list());
  }

  @Override
  public Response.ResponseBuilder answer(Answered answered) throws UnfitException {
    if (!(answered.model().task() instanceof Embed embed)) {
      throw new IllegalArgumentException("rows were made for an embedder; this is a bug");
    }
    int first = Dimensions.of(dimensions, embed);
    return Response.ok(
        Json.bytes(json -> write(answered, embed, first, json)), MediaType.APPLICATION_JSON_TYPE);
  }

  private void write(Answered answered, Embed embed, int first, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "list");
    json.writeArrayFieldStart("data");
    for (int row = 0; row < answered.rows().size(); row++) {
      float[] vector = embed.vector(answered.rows().get(row).prediction(), first, true);
      json.writeStartObject();
      json.writeStringField("object", "embedding");
      json.writeNumberField("index", row);
      json.writeFieldName("embedding");
      if (base64) {
        Json.writeBase64(vector, json);
      } else {
        Json.write(vector, json);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeStringField(MODEL, answered.model().name());
    json.writeObjectFieldStart("usage");
    json.writeNumberField("prompt_tokens", answered.tokens());
    json.writeNumberField("total_tokens", answered.tokens());
    json.writeEndObject();
    json.writeEndObject();
  }
}
